"""Which services of a repository are seen to be deployed, and what is settled for them by all files that say so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.model.compose.role import is_plain, siblings
from deployflow_gate.regex import regex
from deployflow_gate.syntax.yaml import Mapping, Node

if TYPE_CHECKING:
    from deployflow_gate.model.compose.file import ComposeFile
    from deployflow_gate.model.compose.service import Service
    from deployflow_gate.model.variable import Variable

MODES = frozenset(
    {
        *("NODE_ENV", "RAILS_ENV", "RACK_ENV", "APP_ENV", "FLASK_ENV", "DJANGO_ENV", "ENVIRONMENT", "MIX_ENV", "APP_ENVIRONMENT"),
        *("ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT", "SPRING_PROFILES_ACTIVE"),
    }
)  # fmt: skip
"""Variables by which frameworks are told what they run for."""

_WORK_MODES = frozenset({"dev", "devel", "development", "local", "test", "testing"})
_WORK_IMAGES = frozenset(
    {
        *("mailhog", "mailpit", "mailcatcher", "maildev", "smtp4dev", "greenmail", "localstack", "localstack-pro", "azurite"),
        *("fake-gcs-server", "dynamodb-local", "moto", "inbucket"),
    }
)  # fmt: skip
"""Images, by the last part of the name, that stand in for what production has somewhere else."""

_WORK_WORDS = regex(
    r"runserver(?:_plus)?|--reload|nodemon|(?:.*[:_-])?(?:dev|develop|development)(?:[:_-].*)?|queue:listen"
)
_WORK_PROGRAMS = frozenset(
    {"npm", "yarn", "pnpm", "bun", "npx", "python", "python3", "uvicorn", "gunicorn", "nodemon", "next", "vite"}
)


def deployed(service: Service) -> bool:
    """Whether a service stands in a file for production, or in one that nothing says is for work or tests.

    A service of several files is taken once: where the file for production lays it over the plain one, there, else in the plain
    one. Part of a service, and one whose rest cannot be seen, is none.
    """
    file = service.file
    if service.development or not service.complete:
        return False
    base = file.base.service(service.name) if file.base is not None else None
    if base is not None and (file.role != "production" or not base.complete):
        return False
    if any(one.file.role == "production" for one in overlays(service)):
        return False
    entries = service.merged_effective
    if "image" not in entries and "build" not in entries and not is_plain(file.path):
        return False
    return file.role == "production" or not file.for_work


def overlays(service: Service) -> Iterator[Service]:
    """The services of this name in files that are laid over this one's, but for those of development."""
    for one in service.counterparts:
        if one.file is not service.file.base and not one.development:
            yield one


def settled(service: Service, keys: tuple[str, ...]) -> tuple[Node, ...]:
    """What is written at a path of keys: what it comes to here, then in each file outside development that is laid over it."""
    heads = (service.merged_entry(keys[0]), *(one.entry(keys[0]) for one in overlays(service)))
    found = []
    for entry in heads:
        node: Node | None = entry.value if entry is not None else None
        for key in keys[1:]:
            inner = node.merged.get(key) if isinstance(node, Mapping) else None
            node = inner.value if inner is not None else None
        if node is not None:
            found.append(node)
    return tuple(found)


def ends(service: Service) -> bool:
    """Whether a service is a job that ends, or is started by hand."""
    profiles = {text.sketch.lower() for text in service.profiles}
    if (profiles and profiles <= _JOB_PROFILES) or service.flag("stdin_open") or service.flag("tty"):
        return True
    mode = service.text("deploy", "mode")
    if mode is not None and mode.sketch.endswith("-job"):
        return True
    if service.name in service.file.awaited_to_end:
        return True
    given = " ".join(word.sketch for word in (*(service.entrypoint_words or ()), *(service.command_words or ())))
    return _JOB_NAME.search(service.name.lower()) is not None or _JOB_COMMAND.search(given) is not None


_JOB_PROFILES = frozenset(
    {
        *(
            "tools",
            "tool",
            "cli",
            "manual",
            "setup",
            "init",
            "migrate",
            "migrations",
            "migration",
            "jobs",
            "job",
            "backup",
            "seed",
        ),
        *(
            "maintenance",
            "admin",
            "debug",
            "ops",
            "once",
            "oneshot",
            "one-off",
            "never",
            "donotstart",
            "scripts",
            "build",
        ),
    }
)
_JOB_NAME = regex(
    r"(?:^|[-_.])(?:(?:db)?migrat(?:e|ion|ions|or)|init\w*|setup|seed(?:er)?|jobs?|backup|restore|bootstrap|cli|shell|tools?|builder?"
    r"|build|install(?:er)?|create[-_]?buckets?|certs?|certbot|tests?|wait|import(?:er)?|load(?:er|gen)?|collectstatic|assets|data)(?:$|[-_.\d])"
)
_JOB_COMMAND = regex(
    r"\bmigrate\b|collectstatic|createsuperuser|db:(?:migrate|setup|seed)|alembic|prisma|^(?:\S*/)?(?:(?:ba|a|da)?sh\s+-\w*c\s+)?(?:\S*/)?(?:psql|mc|curl|true|echo|sleep|chown|chmod|mysql|mongosh?)\b"
)
"""Jobs by their names and commands; `migrate && gunicorn …` is no job, and is taken for one, since it is silence that follows."""


def for_work(file: ComposeFile) -> bool:
    """Whether something in a file says that people develop or test with it, or one for production stands beside it alone."""
    if is_plain(file.path):
        beside = (file.other(path) for path in siblings(file.path, file.project.paths))
        if any(other is not None and other.role == "production" and other.base is not file for other in beside):
            return True
    return any(_worked_with(service) for service in file.services) or _only_backing(file)


def _only_backing(file: ComposeFile) -> bool:
    """Whether a file has databases and queues alone, with no word that keeps them up: what work and tests need beside them."""
    for service in file.services:
        known = service.image.known if service.image is not None and service.build is None else None
        if (
            known is None
            or known.sort not in {"database", "queue"}
            or service.entry("restart")
            or service.entry("deploy")
        ):
            return False
    return bool(file.services)


def _worked_with(service: Service) -> bool:
    image = service.image.base_name if service.image is not None else None
    if image in _WORK_IMAGES or any(map(_is_for_work, service.environment)):
        return True
    words = [word.sketch for word in (*(service.entrypoint_words or ()), *(service.command_words or ()))]
    programs = {word.rpartition("/")[2] for word in words}
    if programs & _WORK_PROGRAMS and any(_WORK_WORDS.fullmatch(word) for word in words[1:]):
        return True
    return _mounts_what_it_builds(service)


def _is_for_work(variable: Variable) -> bool:
    value = variable.value.value if variable.value is not None else None
    if value is None:
        return False
    if variable.name.value == "DJANGO_SETTINGS_MODULE":
        value = value.rpartition(".")[2]
    elif variable.name.value not in MODES:
        return False
    return value.lower() in _WORK_MODES


def _mounts_what_it_builds(service: Service) -> bool:
    from posixpath import dirname, join, normpath

    from deployflow_gate.model.link import context_folder

    context = context_folder(service.build) if service.build is not None else None
    if context is None:
        return False
    for mount in service.mounts:
        source = mount.source.value if mount.source is not None else None
        if mount.type == "bind" and source is not None and not source.startswith(("/", "~")) and not mount.read_only:
            folder = normpath(join(dirname(mount.span.path), source))
            inside = folder == "." or f"{context}/".startswith(f"{folder}/")
            if inside or folder.removeprefix(f"{context}/" if context else "") in _SOURCES:
                return True
    return False


_SOURCES = frozenset({"src", "app", "lib", "source"})
"""Folders of a context that hold its code by common use."""
