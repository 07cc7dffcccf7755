"""Which code an install of a Python project needs: the package or module that its build backend looks for."""

from __future__ import annotations

from posixpath import dirname, join
from typing import TYPE_CHECKING

from deployflow_gate.model.placement import folder_of, joined, placed

if TYPE_CHECKING:
    from deployflow_gate.model.build import Context
    from deployflow_gate.model.install import Install
    from deployflow_gate.model.instruction import Run

STRICT = {
    "hatchling.build": ("hatch",),
    "uv_build": ("uv",),
    "poetry.core.masonry.api": ("poetry",),
    "flit_core.buildapi": ("flit",),
}
"""Backends that fail where the code is missing, with the tables that may name another place of it; setuptools makes an empty package.
https://hatch.pypa.io/latest/plugins/builder/wheel/ https://docs.astral.sh/uv/concepts/build-backend/
https://python-poetry.org/docs/pyproject/#packages https://flit.pypa.io/en/stable/pyproject_toml.html"""

_WITHOUT_PROJECT = (
    "--no-install-project", "--no-install-workspace", "--no-install-local", "--only-group", "--only-dev", "--no-root", "--no-build",
    "--package", "--all-packages", "--project", "--directory",
)  # fmt: skip


def code_of(install: Install, run: Run, context: Context | None) -> tuple[str, ...]:
    """Where in the image the code may stand, () unless it is sure that the install fails without it.

    That is so for a project whose backend is strict, that tells no other place, and whose code is in the context at one of the
    places where its backend looks by itself.
    """
    folder = folder_of(install.command, run)
    if context is None or folder is None or not _builds_the_project(install):
        return ()
    manifest = placed(run, context, ("pyproject.toml",)).get(joined(folder, "pyproject.toml"))
    source = context.project.read_text(context.inside(manifest.path)) if manifest is not None else None
    name = _strictly_built(source.text) if source is not None else None
    if manifest is None or name is None:
        return ()
    places = (f"src/{name}/__init__.py", f"{name}/__init__.py", f"src/{name}.py", f"{name}.py")
    there = (context.inside(join(dirname(manifest.path), place)) for place in places)
    if not any(path in context.project.paths for path in there):
        return ()
    return tuple(join(folder, place) for place in places)


def _builds_the_project(install: Install) -> bool:
    if install.manager not in ("pip", "uv") or install.action != "install" or install.has_flag(*_WITHOUT_PROJECT):
        return False
    if install.manager == "uv" and install.takes_project:
        return install.verb == "sync" and not install.command.variable("UV_NO_INSTALL_PROJECT")
    paths = {(package.word.value or "").partition("[")[0] for package in install.packages if package.kind == "path"}
    return bool(paths & {".", "./"})


def _strictly_built(text: str) -> str | None:
    """The name of a project's package by its pyproject.toml, None unless a strict backend looks for it by itself."""
    import tomllib

    try:
        given = tomllib.loads(text)
    except (ValueError, RecursionError):
        return None
    backend = _table(given, "build-system").get("build-backend")
    tool = _table(given, "tool")
    tables = STRICT.get(backend) if isinstance(backend, str) else None
    if tables is None or any(_tells_a_place(_table(tool, table)) for table in tables):
        return None
    name = _table(given, "project").get("name") or _table(tool, "poetry").get("name")
    return name.replace("-", "_").replace(".", "_").lower() if isinstance(name, str) and name else None


def _tells_a_place(table: dict[str, object]) -> bool:
    return any(
        key in table for key in ("build", "build-backend", "packages", "package-mode", "package", "module", "workspace")
    )


def _table(given: dict[str, object], key: str) -> dict[str, object]:
    value = given.get(key)
    return value if isinstance(value, dict) else {}
