"""Whether an image ships a Django application, and what the repository does with its static files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import basename
from typing import TYPE_CHECKING

from deployflow_gate.model.framework import python_packages
from deployflow_gate.regex import regex
from deployflow_gate.rulebook.command._workers import shipped_servers

if TYPE_CHECKING:
    from deployflow_gate.model.image import Image
    from deployflow_gate.model.project import Project
    from deployflow_gate.model.server import Server

SERVERS = frozenset({"gunicorn", "uvicorn", "hypercorn", "daphne", "granian", "waitress", "uwsgi"})
STATIC_SERVERS = ("nginx", "caddy", "httpd", "apache", "lighttpd", "openresty", "static-web-server", "angie")
"""Parts of the names of images, packages and files of servers that serve static files."""

MAX_FILES = 200
"""Files of each sort that are looked into; a repository with more settings or scripts than that is not understood by them."""

_APPLICATION = regex(r"(?:[A-Za-z_]\w*\.)+(?:wsgi|asgi)(?::\w+(?:\(\))?)?")
_SETTINGS = regex(r"(?:.*/)?(?:settings|conf|config)(?:/.+|[\w.-]*)\.py|(?:.*/)?[\w.-]*settings[\w.-]*\.py")
_SCRIPTS = regex(r"(?:.*/)?(?:[^/]+\.(?:sh|bash|mk)|[Mm]akefile|GNUmakefile|[Jj]ustfile|Procfile|Taskfile\.ya?ml|fabfile\.py|fly\.toml|"
                 r"render\.ya?ml|app\.json|[^/]*(?:entrypoint|start|deploy|release|run)[^/.]*)")  # fmt: skip
_MANIFESTS = regex(r"(?:.*/)?(?:[^/]*(?:requirements|constraints)[^/]*\.(?:txt|in)|requirements/.+\.(?:txt|in)|pyproject\.toml|Pipfile|"
                   r"setup\.(?:py|cfg)|environment\.ya?ml|(?:Pipfile|poetry|uv|pdm)\.lock)")  # fmt: skip


def django_server(image: Image) -> Server | None:
    """What starts the Django application that the image ships; None where it is not known to ship one."""
    for server in shipped_servers(image):
        if server.framework in SERVERS and any(_APPLICATION.fullmatch(word.sketch) for word in server.runs.own[1:]):
            return server if "django" in image.frameworks or _has_manage(image) else None
    return None


def _has_manage(image: Image) -> bool:
    files = image.context.all_files if image.context is not None else ()
    return any(basename(path) == "manage.py" for path in files)


def settings(image: Image) -> str:
    """The text of the settings modules of the context without comments; "" where none can be read."""
    context = image.context
    if context is None:
        return ""
    return "\n".join(
        _lines(image.project, (context.inside(path) for path in context.all_files if _SETTINGS.fullmatch(path)))
    )


def mentions(project: Project, word: str) -> bool:
    """Whether a script, workflow, Dockerfile or compose file of the repository says a word outside of comments."""
    documents = [document.path for document in project.documents]
    scripts = [path for path in sorted(project.paths) if _SCRIPTS.fullmatch(path)]
    found = re.compile(rf"\b{re.escape(word)}\b")
    return any(found.search(text) for text in (*_lines(project, documents, len(documents)), *_lines(project, scripts)))


def _lines(project: Project, paths: Iterator[str] | list[str], limit: int = MAX_FILES) -> Iterator[str]:
    for number, path in enumerate(paths):
        if number >= limit:
            return
        source = project.read_text(path) if path in project.paths else None
        if source is not None:
            yield "\n".join(line for line in source.text.splitlines() if not line.lstrip().startswith("#"))


def packages(image: Image) -> str:
    """All that the repository's manifests of Python say, and what the build installs; "" where none can be read."""
    project = image.project
    manifests = [path for path in sorted(project.paths) if _MANIFESTS.fullmatch(path)]
    return "\n".join((*_lines(project, manifests), *python_packages(image))).lower()


def served_elsewhere(image: Image) -> bool:
    """Whether the repository has a server for static files: in an image, a service, a package that is installed, or a configuration."""
    project = image.project
    names = [ref.text.sketch for stage in (i.stage for i in project.images) if (ref := stage.base) is not None]
    names += [s.image.text.sketch for file in project.compose_files for s in file.services if s.image is not None]
    names += [
        package.name or "\0"
        for install in image.installs
        if install.ecosystem == "system"
        for package in install.packages
    ]
    names += [
        path for path in project.paths if not path.endswith((".py", ".js", ".css", ".html", ".svg", ".png", ".md"))
    ]
    return any(server in name.lower() for name in names for server in STATIC_SERVERS)
