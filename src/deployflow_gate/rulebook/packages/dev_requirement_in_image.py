r"""Test and lint packages are not part of the image that ships.

pytest, black, mypy and the like are for people who change the code. In production they are dead weight, and more to attack and to
update. They belong into a file of their own (`requirements-dev.txt`) or a group that the image leaves out.

Images that run such a tool are left alone, and so are those for tests and development. Packages of Node have a rule of their own
(`npm-dev-dependencies`).

Named on the command:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
RUN pip install --no-cache-dir flask==3.1.0 «pytest==8.3.3» black==24.10.0
CMD ["flask", "run"]
```

Listed in a file, or in one for development:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
COPY requirements.txt .
RUN pip install --no-cache-dir -r «requirements.txt»
CMD ["gunicorn", "app:app"]
```
```text requirements.txt passes
flask==3.1.0
pytest-cov==6.0.0
types-requests==2.32.0.20241016
```
```dockerfile b/Dockerfile fails
FROM python:3.12.7-slim
COPY requirements-dev.txt .
RUN pip install --no-cache-dir -r «requirements-dev.txt»
CMD ["gunicorn", "app:app"]
```

The group for development is not left out:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
WORKDIR /app
COPY pyproject.toml ./
RUN «uv sync»
COPY . .
CMD ["/app/.venv/bin/gunicorn", "app:app"]
```
```toml pyproject.toml passes
[project]
name = "app"
version = "1"
dependencies = ["gunicorn"]
[dependency-groups]
dev = ["pytest", "mypy"]
```
```dockerfile b/Dockerfile fails
FROM python:3.12.7-slim
WORKDIR /app
COPY pyproject.toml ./
RUN «poetry install --no-root»
CMD ["gunicorn", "app:app"]
```
```toml b/pyproject.toml passes
[tool.poetry.group.dev.dependencies]
ruff = "0.7.2"
```

They come with an environment, or a folder of packages, that is copied from another stage:

```dockerfile Dockerfile fails
FROM python:3.12.7 AS build
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
RUN pip install flask==3.1.0 «pytest==8.3.3»
FROM python:3.12.7-slim
COPY --from=build /opt/venv /opt/venv
CMD ["/opt/venv/bin/flask", "run"]
```
```dockerfile b/Dockerfile fails
FROM python:3.12.7 AS build
COPY requirements-dev.txt .
RUN pip install --user -r «requirements-dev.txt»
FROM python:3.12.7-slim
COPY --from=build /root/.local /root/.local
CMD ["/root/.local/bin/gunicorn", "app:app"]
```
```dockerfile c/Dockerfile fails
FROM ghcr.io/astral-sh/uv:0.9.12-python3.12-bookworm AS build
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN «uv sync --locked»
FROM python:3.12.7-slim
COPY --from=build /app /app
CMD ["/app/.venv/bin/gunicorn", "app:app"]
```
```toml c/pyproject.toml passes
[dependency-groups]
dev = ["pytest"]
```
```text c/uv.lock passes
version = 1
```

What is copied is something else than the packages:

```dockerfile Dockerfile passes
FROM python:3.12.7 AS build
WORKDIR /app
RUN python -m venv /opt/tools
RUN /opt/tools/bin/pip install mkdocs==1.6.1 black==24.10.0
RUN /opt/tools/bin/mkdocs build --site-dir /app/site
FROM python:3.12.7-slim
COPY --from=build /app/site /srv/site
CMD ["python", "-m", "http.server", "--directory", "/srv/site"]
```

The group is left out, or the tools are only in a build stage:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim AS test
RUN pip install pytest==8.3.3
FROM python:3.12.7-slim
WORKDIR /app
COPY pyproject.toml ./
RUN uv sync --no-dev
CMD ["/app/.venv/bin/gunicorn", "app:app"]
```
```toml pyproject.toml passes
[dependency-groups]
dev = ["pytest"]
```
```dockerfile b/Dockerfile passes
FROM python:3.12.7-slim
WORKDIR /app
COPY pyproject.toml ./
RUN poetry install --only main
CMD ["gunicorn", "app:app"]
```
```toml b/pyproject.toml passes
[tool.poetry.group.dev.dependencies]
ruff = "0.7.2"
```

A lock file tells which package of the project's own needs one of them:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
CMD ["gunicorn", "app:app"]
```
```text requirements.txt passes
gunicorn==23.0.0
    # via -r requirements.in
locust==2.32.0
    # via -r requirements.in
pytest==8.3.3 \
    --hash=sha256:aaaa
    # via
    #   locust
```

They are what the image is for, or are removed again:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
RUN pip install --no-cache-dir black==24.10.0
ENTRYPOINT ["black"]
```
```dockerfile b/Dockerfile passes
FROM python:3.12.7-slim
RUN pip install pytest==8.3.3 && pytest /srv && pip uninstall --yes pytest
CMD ["python", "/srv/app.py"]
```
```dockerfile c/Dockerfile.test passes
FROM python:3.12.7-slim
RUN pip install pytest==8.3.3
CMD ["python", "run.py"]
```

## Options

- `packages`: more names of packages that are for development.
- `allowed`: names that may ship.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Note, Problem, Severity, rule
from deployflow_gate.model.installed import brought_from
from deployflow_gate.model.placement import folder_of, joined, placed
from deployflow_gate.model.requirements import installed_files, normal, read
from deployflow_gate.model.server import entry_commands
from deployflow_gate.model.shipping import context_of, judged_in, run_of
from deployflow_gate.regex import regex

if TYPE_CHECKING:
    from deployflow_gate.model.image import Image
    from deployflow_gate.model.install import Install
    from deployflow_gate.model.instruction import Run

DEVELOPMENT = regex(
    r"pytest|pytest-[a-z0-9-]+|nose2?|tox|tox-[a-z0-9-]+|nox|coverage|codecov|coveralls|hypothesis|unittest2|testfixtures|factory-boy"
    r"|black|isort|yapf|autopep8|autoflake|pyupgrade|docformatter|flake8|flake8-[a-z0-9-]+|pep8-naming|pylint|pylint-[a-z0-9-]+"
    r"|pycodestyle|pydocstyle|pyflakes|ruff|bandit|vulture|radon|mypy|pyright|pytype|pyre-check|types-[a-z0-9-]+|django-stubs"
    r"|pre-commit|twine|bump2version|bumpversion|bump-my-version|ipdb|pudb|pdbpp|pip-tools|django-debug-toolbar|responses|freezegun"
    r"|vcrpy|moto|requests-mock|safety|interrogate|pyroma"
)
"""Packages that are for those who change the code; names in the normal form of pip."""

DEVELOPMENT_FILE = regex(
    r"(?:.*[-_./])?(?:dev|devel|develop|development|test|tests|testing|lint|linting|ci)(?:[-_.](?:requirements?|reqs?))?\.(?:txt|in)"
)
"""Requirements files that are for development by their name."""

_GROUPS = {"dev", "develop", "development", "test", "tests", "testing", "lint"}
SHOWN = 4


@rule(Severity.WARNING, seeds=("002:2", "002:5", "004:22"))
def check(image: Image, *, packages: tuple[str, ...] = (), allowed: tuple[str, ...] = ()) -> Iterator[Problem]:
    started = {normal(name) for command in entry_commands(image) if (name := command.tool)}
    if not (image.command or image.entrypoint or image.services) or _is_for_developers(image):
        return
    if any(_for_development(name, packages) for name in started):
        return
    removed = {
        normal(p.name) for install in image.installs if install.action == "remove" for p in install.packages if p.name
    } | set(map(normal, allowed))
    for install, run in _installs(image):
        if install.ecosystem != "python" or install.action != "install":
            continue
        named = [
            p
            for p in install.packages
            if p.name and _for_development(normal(p.name), packages) and normal(p.name) not in removed
        ]
        if named:
            names = ", ".join(f"`{p.name}`" for p in named[:SHOWN])
            yield Problem(named[0].span, f"The image that ships has packages for development: {names}.")
        yield from _listed(install, run, packages, removed)
        if (group := _group(install, run)) is not None:
            what = f"`{install.manager} {install.verb}`"
            yield Problem(install.span, f"{what} puts the group `{group}` into the image that ships.")


def _installs(image: Image) -> Iterator[tuple[Install, Run]]:
    """Those of its own stages that are judged in it, and those of others whose packages it copies."""
    for install in image.installs:
        run = run_of(install.command)
        if run is not None and judged_in(run.stage, image):
            yield install, run
    yield from brought_from(image.stage)


def _is_for_developers(image: Image) -> bool:
    """Whether stage or path say that it runs tests, or steps of workflows."""
    name = image.stage.name.raw if image.stage.name is not None else ""
    return "test" in name.lower() or image.dockerfile.path.startswith(".github/")


def _for_development(name: str, packages: tuple[str, ...]) -> bool:
    return bool(DEVELOPMENT.fullmatch(name)) or name in {normal(package) for package in packages}


def _listed(install: Install, run: Run, packages: tuple[str, ...], removed: set[str]) -> Iterator[Problem]:
    """The requirements files that are for development, or list packages that are."""
    context = context_of(run.stage) if run.stage is not None else None
    files = dict(installed_files(install, run, context)) if context is not None else {}
    for word in install.manifests:
        path = files.get(word)
        found = read(context.project, path) if context is not None and path is not None else None
        if word.value is not None and DEVELOPMENT_FILE.fullmatch((path or word.value).rpartition("/")[2]):
            yield Problem(
                word.span, f"`{path or word.value}`, by its name for development, is installed in the image that ships."
            )
        elif found is not None:
            lines = [x for x in found.lines if _for_development(x.name, packages) and x.name not in removed]
            lines = [x for x in lines if not found.pulled_in(x)]
            if lines:
                names = ", ".join(f"`{line.name}`" for line in lines[:SHOWN]) + (", …" if len(lines) > SHOWN else "")
                notes = tuple(Note(line.span, "This is for development.") for line in lines[:SHOWN])
                yield Problem(word.span, f"`{path}` brings packages for development into the image: {names}.", notes)


def _group(install: Install, run: Run) -> str | None:
    """The group for development of a pyproject.toml that an install of uv or Poetry takes along."""
    context, folder = context_of(run.stage) if run.stage is not None else None, folder_of(install.command, run)
    if not install.takes_project or context is None or folder is None or install.manager not in ("uv", "poetry", "pdm"):
        return None
    if (
        install.omits_dev
        or install.uncertain
        or install.has_flag(*_LEAVES_OUT)
        or install.command.variable("UV_NO_DEV")
    ):
        return None
    import tomllib

    found = placed(run, context, ("pyproject.toml",)).get(joined(folder, "pyproject.toml"))
    source = context.project.read_text(context.inside(found.path)) if found is not None else None
    try:
        given = tomllib.loads(source.text) if source is not None else {}
    except (ValueError, RecursionError):
        return None
    tool = _table(given, "tool")
    groups: dict[str, object]
    if install.manager == "uv":
        groups = {key: value for key, value in _table(given, "dependency-groups").items() if key == "dev"}
    elif install.manager == "pdm":
        groups = _table(_table(tool, "pdm"), "dev-dependencies")
    else:
        named = _table(_table(tool, "poetry"), "group")
        groups = {
            name: group.get("dependencies")
            for name, group in named.items()
            if isinstance(group, dict) and name in _GROUPS and not group.get("optional")
        }
    if install.manager == "uv" and "default-groups" in _table(tool, "uv"):
        return None
    return next((name for name, entries in groups.items() if entries), None)


_LEAVES_OUT = (
    "--no-dev", "--only", "--without", "--no-group", "--no-default-groups", "--only-group", "--prod", "--production", "--main",
)  # fmt: skip


def _table(given: dict[str, object], key: str) -> dict[str, object]:
    value = given.get(key)
    return value if isinstance(value, dict) else {}
