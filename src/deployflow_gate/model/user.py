"""Users as USER, `user:` and --user name them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployflow_gate.text import Span, Text

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.image import Image

STEP_DOWN = frozenset({"gosu", "su-exec", "setpriv", "runuser", "su", "chpst", "s6-setuidgid"})
"""Programs that go on as another user."""


def is_root(user: Text) -> bool:
    """Whether a user, with or without a group, is surely root."""
    return user.sketch.partition(":")[0].lower() in {"root", "0"}


def halves_of(owner: Text) -> tuple[Text, Text | None]:
    """User and group of `user:group`, each with its own place where the colon is written."""
    user, colon, group = owner.sketch.partition(":")
    if not colon:
        return owner, None
    at = owner.raw.find(":")
    span = owner.span
    if at < 0 or owner.raw != owner.sketch or len(owner.raw) != span.end - span.start:
        return Text(span, owner.raw, user), Text(span, owner.raw, group)
    return (
        Text(Span(span.source, span.start, span.start + at), owner.raw[:at], user),
        Text(Span(span.source, span.start + at + 1, span.end), owner.raw[at + 1 :], group),
    )


_STEPPED_FOR = frozenset(
    {
        "cassandra", "couchdb", "ghost", "mariadbd", "mongod", "mongos", "mysqld", "node", "postgres", "rabbitmq-server",
        "redis-sentinel", "redis-server", "valkey-server", "zkServer.sh",
    }
)  # fmt: skip
"""The programs for which the entrypoints of official images step down: for nothing else that they are given."""
_CONFIGURATIONS = (".ini", ".xml", ".yaml", ".yml", ".json")
_LIMITED = frozenset({"gosu", "su-exec"})
"""Programs that are brought into an image for no other end."""


def steps_down_by_itself(image: Image) -> bool:
    """Whether the base image's entrypoint steps down for what is started, a server is told whom to become, or a script that cannot
    be read surely does so, since the image has gosu or su-exec for it."""
    from deployflow_gate.model.server import entry_commands

    known = image.base.known if image.base is not None else None
    commands = list(entry_commands(image))
    if known is not None and known.steps_down and image.entrypoint is None:
        first = commands[0].words[0].value if commands and commands[0].words else None
        if image.command is None or (first is not None and (first in _STEPPED_FOR or first.startswith("-"))):
            return True
    for command in commands:
        told = command.option("--uid", "--user") if command.tool in {"uwsgi", "gunicorn"} else None
        if told is not None and not is_root(Text(told.span, told.raw, told.sketch)):
            return True
    if "UWSGI_UID" in image.environment or any(_is_told_by_file(image, command) for command in commands):
        return True
    return len(commands) == 1 and image.entrypoint is not None and _is_script(commands[0].name) and _has_switcher(image)


def _is_told_by_file(image: Image, command: Command) -> bool:
    """Whether uWSGI gets a configuration that says whom to become, or cannot be read."""
    words = [word.sketch for word in command.words]
    if "uwsgi" not in {word.rpartition("/")[2] for word in words}:
        return False
    file = next((word for word in words if word.endswith(_CONFIGURATIONS)), None)
    if file is None:
        return False
    name = file.rpartition("/")[2].rpartition("=")[2]
    files = image.context.all_files if image.context is not None else ()
    found = [path for path in files if path.rpartition("/")[2] == name]
    source = image.project.read_text(image.context.inside(found[0])) if image.context is not None and found else None
    return source is None or "uid" in source.text


def _is_script(name: str | None) -> bool:
    return name is not None and (name.endswith((".sh", ".bash")) or "entrypoint" in name)


def _has_switcher(image: Image) -> bool:
    """Whether something puts gosu or su-exec into it."""
    for transfer in image.transfers:
        words = (*transfer.sources, *((transfer.destination,) if transfer.destination is not None else ()))
        if any(name in word.sketch for word in words for name in _LIMITED):
            return True
    return any(name in word.sketch for command in image.commands for word in command.words[1:] for name in _LIMITED)


def image_runs_as_root(image: Image) -> bool:
    """`Image.runs_as_root`."""
    own = image.user
    if own is not None and not is_root(own.user):
        return False
    if own is None and not _root_by_default(image):
        return False
    running = [service for service in image.services if not service.development]
    if running and all(service.user is not None and not is_root(service.user) for service in running):
        return False
    return not image.steps_down(STEP_DOWN)


def _root_by_default(image: Image) -> bool:
    from deployflow_gate.model.images_known import default_user

    if image.stage.from_scratch:
        return image.command is not None or image.entrypoint is not None
    return image.base is not None and default_user(image.base) == "root"
