"""What an install needs of the build context: nothing, its manifest, or the code."""

from __future__ import annotations

import re
from collections.abc import Mapping
from posixpath import basename, dirname, join
from typing import TYPE_CHECKING

from deployflow_gate.model.placement import Placed, folder_of, joined, placed
from deployflow_gate.regex import regex

if TYPE_CHECKING:
    from deployflow_gate.model.build import Context
    from deployflow_gate.model.install import Install
    from deployflow_gate.model.instruction import Run

MANIFESTS = {
    "npm": "package.json", "yarn": "package.json", "pnpm": "package.json", "bun": "package.json",
    "poetry": "pyproject.toml", "uv": "pyproject.toml", "pipenv": "Pipfile", "bundle": "Gemfile", "go": "go.mod",
}  # fmt: skip
"""Where a manager finds the project's own dependencies."""

_LOCAL = {
    "package.json": regex(r'"(?:file|link|workspace|portal):|"workspaces"'),
    "pyproject.toml": regex(r"\bpath\s*=\s*[\"']|\[tool\.uv\.workspace\]|file:"),
    "Pipfile": regex(r"\bpath\s*=|\bfile\s*="),
    "Gemfile": regex(r"^\s*gemspec\b|\bpath:|:path\s*=>|\beval_gemfile\b|^\s*path\b", re.MULTILINE),
    "go.mod": regex(r"=>\s*\.{0,2}/"),
}
"""What in a manifest points to other files of the repository."""

_LOCAL_REQUIREMENT = regex(r"^\s*-\s*(?:-?e|-editable)\b|^\s*(?:-\s*)?\.{1,2}(?:/|\[|\s*$)|\bfile:", re.MULTILINE)
_HOOKS = ("preinstall", "install", "postinstall", "prepare")


def needs_nothing(install: Install) -> bool:
    """Whether it installs named packages of an index and nothing else. A name that is not known may come out of the code."""
    named = bool(install.packages) and all(p.kind == "index" and p.word.value is not None for p in install.packages)
    offline = install.has_flag("--no-index", "--find-links", "-f", "--target") and install.manager in ("pip", "uv")
    return named and not install.manifests and not install.uncertain and not offline


def needs_manifest(install: Install, run: Run, context: Context | None) -> tuple[str, ...]:
    """The paths in the image of the manifests that are all it needs; () if it needs more, or that is not known."""
    folder = folder_of(install.command, run)
    if folder is None or install.uncertain:
        return ()
    if install.manifests:
        return _requirements(install, folder, run, context)
    name = MANIFESTS.get(install.manager)
    if name is None or not install.takes_project or (install.manager == "go" and install.verb != "mod download"):
        return ()
    prefix = install.command.option("--prefix", "-C", "--cwd", "--dir", "--directory")
    path = join(joined(folder, prefix.sketch) if prefix is not None else folder, name)
    text = _text(path, placed(run, context, (name,)) if context is not None else {}, context)
    if text is None and context is not None and any(basename(file) == name for file in context.all_files):
        return ()
    return (path,) if _manifest_only(install, name, text) else ()


def _requirements(install: Install, folder: str, run: Run, context: Context | None) -> tuple[str, ...]:
    values = [word.value for word in install.manifests]
    if any(value is None or value.startswith("/dev/") for value in values) or install.has_flag("--no-index"):
        return ()
    if any(package.kind != "index" for package in install.packages):
        return ()
    paths = [joined(folder, value or "") for value in values]
    there = placed(run, context, {basename(path) for path in paths}) if context is not None else {}
    if any(_LOCAL_REQUIREMENT.search(_text(path, there, context) or "") for path in paths):
        return ()
    return tuple(paths)


def _text(path: str, there: Mapping[str, Placed], context: Context | None) -> str | None:
    found = there.get(path)
    source = (
        context.project.read_text(context.inside(found.path)) if found is not None and context is not None else None
    )
    return source.text if source is not None else None


def _manifest_only(install: Install, name: str, text: str | None) -> bool:
    """Whether an install of the project gets along with its manifest (None: it is not there to be read) and lock file."""
    if text is not None and _LOCAL[name].search(text):
        return False
    if name == "package.json":
        return text is None or install.has_flag("--ignore-scripts") or not _hooked(text)
    if install.manager == "poetry":
        return install.has_flag("--no-root") or bool(re.search(r"package-mode\s*=\s*false", text or ""))
    if install.manager == "uv":
        alone = install.has_flag("--no-install-project", "--no-install-workspace", "--no-install-local")
        return alone or (text is not None and "[build-system]" not in text and "[project.scripts]" not in text)
    return True


def _hooked(package: str) -> bool:
    """Whether the install runs a script of the package's own, which may need any file."""
    try:
        from json import loads

        scripts = loads(package).get("scripts") or {}
    except (ValueError, RecursionError, AttributeError):
        return True
    return any(hook in scripts for hook in _HOOKS)


def holds_code(context: Context, folder: str) -> bool:
    """Whether a folder of the context has program text in it."""
    prefix = f"{folder}/" if folder else ""
    return any(file.startswith(prefix) and file.endswith(CODE) and not dirname(file).endswith("node_modules")
               for file in context.all_files)  # fmt: skip


CODE = (
    ".py",
    ".js",
    ".mjs",
    ".cjs",
    ".jsx",
    ".ts",
    ".tsx",
    ".go",
    ".rb",
    ".php",
    ".rs",
    ".vue",
    ".svelte",
    ".ex",
    ".java",
)
