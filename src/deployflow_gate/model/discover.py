"""Which files of a repository the gate judges, by their paths alone, and which of them turn out to be templates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Literal

from deployflow_gate.model.template import is_template
from deployflow_gate.record import dataclass
from deployflow_gate.regex import regex
from deployflow_gate.snapshot.walk import GENERATED_FOLDERS
from deployflow_gate.syntax.globs import first_match

__all__ = ["Discovery", "Kind", "discover", "is_template", "kind_of"]

Kind = Literal["dockerfile", "compose", "workflow", "action", "ignore"]

VENDORED_FOLDERS = GENERATED_FOLDERS | {"vendor", "third_party", "third-party"}
"""Folders of other people's files: nobody here can mend them, and nobody here builds them."""

_TEMPLATE_SUFFIX = regex(
    r"\.(j2|jinja2?|template|tmpl|tpl|gotmpl|erb|mustache|hbs|handlebars|ejs|liquid|njk|twig|jsonnet|in)$",
    re.IGNORECASE,
)

_DOCKERFILE = regex(
    r"""
    (?i:(docker|container)file)             # Dockerfile, containerfile
    ( \d* | [._-][^/]+ | (?-i:[A-Z])\w* )   # Dockerfile2, Dockerfile.dev, Dockerfile-alpine, DockerfileDev
  | [^/]+ [._-] (?i:(docker|container)file) # api.Dockerfile, build-dockerfile
    """,
    re.VERBOSE | re.DOTALL,
)

_NOT_DOCKERFILE = regex(
    r"""
    \.( md | mdx | rst | adoc | txt | html? | xml | json5? | jsonc | ya?ml | toml | ini | cfg | conf | lock | sum
      | sh | bash | zsh | fish | ps1 | psm1 | bat | cmd | mk | py[cio]? | ipynb | rb | pl | php\d? | jsx? | mjs | cjs | tsx?
      | d\.ts | vue | go | java | kt | kts | scala | groovy | gradle | cs | fs | c | cc | cpp | h | hpp | rs | swift | lua | vim
      | sql | proto | tf | hcl | csv | log | diff | patch | rej | sw[a-p] | bak | zip | tar | t?gz | exe | svg | png | jpe?g | gif
      | ico | pdf | dockerignore | containerignore | sha\d+ | asc | sig | snap | golden
      )$
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""Endings of a language that are as often a variant's name (`Dockerfile.php`) are told apart by `_VARIANT`."""

_VARIANT = regex(r"(Docker|Container)file\.(php\d?|py|rb|js|ts|rs|go|java|cs|cpp|c|sql|perl?|pl)")
"""`Dockerfile.php` is the Dockerfile of the PHP service; `dockerfile.go` is Go."""

_COMPOSE = regex(
    r"""
    ( compose | compose[.-][^/]+ | [^/]+[._-]compose | docker_compose ( [.-][^/]+ )?
    | [^/]* docker-?compose [^/]* | docker-stack ( [._-][^/]+ )?
    ) \. ya?ml
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)

_WORKFLOW = regex(r"\.github/workflows/[^/]+\.ya?ml", re.DOTALL)
_NESTED_WORKFLOW = regex(r".*/\.github/workflows/[^/]+\.ya?ml", re.DOTALL)
_ACTION = regex(r"action\.ya?ml")
_IGNORE = regex(r"(.*\.)?(docker|container)ignore", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Discovery:
    """`kinds` has every file to judge; `skipped` those of a kind that were left out on purpose, with a sentence why."""

    kinds: Mapping[str, Kind]
    skipped: tuple[tuple[str, str], ...]


def discover(paths: Iterable[str], exclude: tuple[str, ...] = ()) -> Discovery:
    """Sort out the paths of a repository; `exclude` are the policy's globs (see `syntax.globs`).

    A workflow is only one in the root's `.github/workflows`, and not in a folder below it: GitHub runs no other. Workflows of
    nested folders (of examples, fixtures, subprojects) are left out without a word, since they look like nothing else.
    """
    kinds: dict[str, Kind] = {}
    skipped: list[tuple[str, str]] = []
    for path in sorted(paths):
        name = path.rpartition("/")[2]
        plain = _TEMPLATE_SUFFIX.sub("", name)
        kind = kind_of(path[: len(path) - len(name)] + plain)
        if kind is None:
            continue
        reason = _left_out(path, exclude)
        if reason is None and plain != name:
            reason = f"The file is a template (`{name[len(plain) :]}`)."
        if reason is None:
            kinds[path] = kind
        else:
            skipped.append((path, reason))
    return Discovery(kinds, tuple(skipped))


def kind_of(path: str) -> Kind | None:
    """What a path's name says the file is, or None."""
    name = path.rpartition("/")[2]
    if name == "Dockerfile":
        return "dockerfile"  # most are called so, and the patterns below take a millisecond to compile
    lowered = name.lower()
    if not any(word in lowered for word in ("file", "ignore", ".yml", ".yaml")):
        return None
    if _WORKFLOW.fullmatch(path):
        return "workflow"
    if _NESTED_WORKFLOW.fullmatch(path):
        return None
    if _ACTION.fullmatch(name):
        return "action"
    if _IGNORE.fullmatch(name):
        return "ignore"
    if _DOCKERFILE.fullmatch(name):
        return None if _NOT_DOCKERFILE.search(name) and not _VARIANT.fullmatch(name) else "dockerfile"
    return "compose" if _COMPOSE.fullmatch(name) else None


def _left_out(path: str, exclude: tuple[str, ...]) -> str | None:
    glob = first_match(exclude, path)
    if glob is not None:
        return f"The policy excludes `{glob}`."
    folders = path.split("/")[:-1]
    vendored = next((folder for folder in folders if folder in VENDORED_FOLDERS), None)
    if vendored is not None:
        return f"The file is in a `{vendored}` folder, of files that are not the repository's own."
    if any("{{" in folder or "{%" in folder for folder in folders):
        return "The file is in a folder of a project template, whose name is still a placeholder."
    return None
