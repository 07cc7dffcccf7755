r"""Packages that pip installs have a version.

Without one, each build takes what is newest on that day: two images of the same commit differ, and a bad or hijacked release is in the
next image without anybody having changed anything.

Judged are the packages that a `RUN` names, in the stages that a shipped image is built from; what a requirements file
lists is the matter of `unpinned-requirement`. A package is held by a version, by a constraints file or by the commit, tag or branch of
its repository. `pipx install` and `uv pip install` are judged like pip.

No version, however pip is called:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
RUN pip install --no-cache-dir «flask» gunicorn==23.0.0 uvicorn[standard]
RUN python -m pip install --upgrade «pip»
RUN ["pip3", "install", «"redis"»]
```

Beside a requirements file that does not name it:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
COPY requirements.txt .
RUN pip install -r requirements.txt flask «gunicorn»
```
```text requirements.txt passes
flask==3.1.0
```

In a build stage, by relatives of pip, and a repository without a commit:

```dockerfile Dockerfile fails
FROM python:3.12.7 AS build
RUN pip wheel -w /wheels «lxml»
RUN pipx install «poetry»
RUN uv pip install --system «numpy»
RUN pip install «git+https://github.com/example/tool.git#egg=tool»
FROM python:3.12.7-slim
COPY --from=build /wheels /wheels
RUN pip install --no-index --find-links=/wheels lxml
```

A range is no version, if the option says so:

```dockerfile Dockerfile fails exact=true
FROM python:3.12.7-slim
RUN pip install «'flask>=3'» gunicorn==23.0.0
```

Held, each in its own way:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
ARG POETRY_VERSION
RUN pip install flask==3.1.0 'gunicorn>=23,<24' "uvicorn[standard]~=0.32.0"
RUN pip install poetry==$POETRY_VERSION
RUN pip install -c constraints.txt redis
RUN pip install git+https://github.com/example/tool.git@v1.2.0
RUN pipx install --python python3 poetry==1.8.5
```

Files, folders, archives and wheels hold themselves:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
RUN pip install . && pip install -e '.[web]' && pip install ./lib
RUN pip install dist/*.whl https://example.com/tool-1.0.tar.gz tool.tar.gz
RUN pip install -r requirements.txt --trusted-host pypi.example.com --target /opt/lib
RUN pip install --no-index --find-links /wheels app
```

The project itself, which has just been installed from its own files, and what a requirements file may hold:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
WORKDIR /src
COPY . .
RUN pip install dist/*.whl && pip install example-app[web]
RUN pip install -r /opt/other/requirements.txt redis
```
```toml pyproject.toml passes
[project]
name = "example_app"
```

A constraint for all of it, and what is not known:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
ARG PACKAGES
ARG OPTIONS
RUN pip install $PACKAGES && pip install "flask${SPECIFIER}" && pip install $OPTIONS redis
ENV PIP_CONSTRAINT=/app/constraints.txt
RUN pip install flask
```

Some may be what is newest, by option:

```dockerfile Dockerfile passes allowed=pip,setuptools
FROM python:3.12.7-slim
RUN pip install --upgrade pip setuptools
```

Only for development, and not in an image:

```dockerfile Dockerfile.dev passes
FROM python:3.12.7-slim
RUN pip install ipython
```
```yaml .github/workflows/ci.yml passes
on: push
jobs:
  lint:
    runs-on: ubuntu-24.04
    steps:
      - run: pip install ruff
```

## Options

- `exact`: also report packages with a range of versions.
- `allowed`: packages that may be what is newest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import basename
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.model.placement import before, folder_of, joined, placed
from deployflow_gate.model.shipping import context_of
from deployflow_gate.regex import regex
from deployflow_gate.rulebook.packages._unpinned import run_needed, told

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.install import Install, Package
    from deployflow_gate.model.instruction import Run

VERBS = {
    "pip": frozenset({"install", "wheel", "download"}),
    "pipx": frozenset({"install", "inject"}),
    "uv": frozenset({"pip install", "tool install"}),
}
CONSTRAINTS = ("PIP_CONSTRAINT", "UV_CONSTRAINT")
"""Variables that name a constraints file for every install."""

OFFLINE = ("--no-index", "--find-links", "-f", "--require-hashes", "--help", "-h")
"""Flags by which a package comes from files of the image, or is held by its hash."""

_REQUIREMENT = regex(r"^[ \t]*([A-Za-z0-9][A-Za-z0-9._-]*)", re.MULTILINE)
_NAME = regex(r"^name[ \t]*=[ \t]*[\"']([^\"']+)", re.MULTILINE)


@rule(
    Severity.WARNING,
    seeds=("002:3",),
    aliases=("hadolint:DL3013", "kics:unpinned_package_version_in_pip_install"),
)
def check(command: Command, *, exact: bool = False, allowed: tuple[str, ...] = ()) -> Iterator[Problem]:
    install = command.install
    if install is None or install.verb not in VERBS.get(install.manager, ()) or _held(install):
        return
    run = run_needed(command)
    if run is None:
        return
    loose = [package for package in install.packages if _loose(package, exact) and package.name not in allowed]
    held = _held_names(install, run) if loose else frozenset()
    own = _own_name(run) if loose else None
    loose = [
        package
        for package in loose
        if held is not None
        and (name := _canonical(package.name or "")) not in held
        and not (name == own and _installs_files(run))
    ]
    if loose:
        what = "a range of versions" if all(package.versioned for package in loose) else "no version"
        yield told(install, loose, what)


def _held(install: Install) -> bool:
    """Whether something but the package's own text holds the version, or may."""
    told = any(install.command.variable(name) for name in CONSTRAINTS)
    return bool(install.constraints) or install.uncertain or told or install.has_flag(*OFFLINE)


def _held_names(install: Install, run: Run) -> frozenset[str] | None:
    """The packages that the requirements files of the same command hold; None where one cannot be read."""
    context = context_of(run.stage) if run.stage is not None else None
    names = set()
    folder = folder_of(install.command, run) if install.manifests else None
    for word in install.manifests:
        path = joined(folder, word.value) if folder is not None and word.value is not None else ""
        there = placed(run, context, {basename(path)}).get(path) if path and context is not None else None
        text = (
            context.project.read_text(context.inside(there.path)) if there is not None and context is not None else None
        )
        if text is None:
            return None
        names.update(_REQUIREMENT.findall(text.text))
    return frozenset(map(_canonical, names))


def _own_name(run: Run) -> str | None:
    """The name of the project that is built."""
    context = context_of(run.stage) if run.stage is not None else None
    source = context.project.read_text(context.inside("pyproject.toml")) if context is not None else None
    found = _NAME.search(source.text) if source is not None else None
    return _canonical(found[1]) if found is not None else None


def _installs_files(run: Run) -> bool:
    """Whether its own files have been installed up to the end of a RUN."""
    from deployflow_gate.model.instruction import Run

    runs = [run, *(earlier for earlier in before(run) if isinstance(earlier, Run))]
    installs = [command.install for one in runs if one.script is not None for command in one.script.commands]
    return any(package.kind == "path" for install in installs if install is not None for package in install.packages)


def _canonical(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


def _loose(package: Package, exact: bool) -> bool:
    if package.word.value is None and not package.versioned:
        return False
    if package.kind == "vcs":
        return not package.versioned
    return package.kind == "index" and package.name is not None and not (package.pinned if exact else package.versioned)
