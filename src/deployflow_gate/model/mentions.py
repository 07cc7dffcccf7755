"""What scripts say of builds that the gate does not read: names that a Makefile, a bake file or another CI may pass."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import basename, dirname
from typing import TYPE_CHECKING

from deployflow_gate.regex import regex

if TYPE_CHECKING:
    from deployflow_gate.model.dockerfile import Dockerfile
    from deployflow_gate.model.project import Project

MAX_SCRIPTS = 40
"""Files that are read, those nearest to the Dockerfile first: a pull request is read through the API, file by file."""

MAX_NEIGHBOURS = 20
"""Programs and pages beside the Dockerfile, or in a folder above, that are read as well."""

MAX_TEXT = 500_000
"""Characters of one file that are looked at; what builds images is shorter."""

_SCRIPT = regex(
    r"(?:^|/)(?:[Mm]akefile|GNUmakefile|[Jj]ustfile|Taskfile\.ya?ml|Earthfile|Jenkinsfile|package\.json)$"
    r"|\.(?:mk|sh|bash|ps1|hcl)$|(?:^|/)docker-bake[\w.-]*\.json$|^\.github/(?:workflows|actions)/.*\.ya?ml$|(?:^|[.-])ci[\w.-]*\.ya?ml$"
    r"|(?:^|/)(?:skaffold|cloudbuild|tilt)[\w.-]*\.ya?ml$|(?:^|/)Tiltfile$"
)
_NEIGHBOUR = regex(r"\.(?:rb|py|js|mjs|ts|go|md|toml|ya?ml)$")
_SPEAKS = regex(r"(?i)target|build-?contexts?|additional_contexts")
_WORD = regex(r"[A-Za-z0-9][\w.-]*")


def build_words(dockerfile: Dockerfile) -> frozenset[str]:
    """In lower case, the words that may be the name of a stage or context which a script builds: those of all lines that speak
    of targets or contexts, and of bake files as a whole."""
    found: set[str] = set()
    for path in _paths(dockerfile.project, dirname(dockerfile.path)):
        source = dockerfile.project.read_text(path)
        text = source.text[:MAX_TEXT] if source is not None else ""
        if not _SPEAKS.search(text):
            continue
        bake = path.endswith(".hcl") or "bake" in basename(path)
        for line in [text] if bake else text.splitlines():
            if bake or _SPEAKS.search(line):
                found.update(_WORD.findall(line.lower()))
    return frozenset(found)


def _paths(project: Project, folder: str) -> Iterator[str]:
    def distance(path: str) -> tuple[int, int, str]:
        ups = _ups(folder, dirname(path))
        return ups, path.count("/"), path

    scripts = sorted((path for path in project.paths if _SCRIPT.search(path)), key=distance)
    yield from scripts[:MAX_SCRIPTS]
    above = {folder}
    while folder.strip("/"):
        folder = dirname(folder)
        above.add(folder)
    neighbours = sorted(
        (p for p in project.paths if dirname(p) in above and _NEIGHBOUR.search(p)), key=lambda p: (-p.count("/"), p)
    )
    yield from neighbours[:MAX_NEIGHBOURS]


def _ups(folder: str, other: str) -> int:
    """How many folders one goes up from the first to one that holds the second."""
    ups = 0
    while folder.strip("/") and not f"{other}/".startswith(f"{folder}/"):
        folder = dirname(folder)
        ups += 1
    return ups
