"""How many processes the web services of a compose file run, and how many connections to a database these may open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.model.framework import node_packages, python_packages
from deployflow_gate.record import dataclass
from deployflow_gate.rulebook.command._workers import FLAGS, Workers, workers

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.compose import ComposeFile, Service
    from deployflow_gate.model.image import Image

POOLS = {
    "sqlalchemy": 15, "sqlmodel": 15, "flask-sqlalchemy": 15, "asyncpg": 10, "databases": 10, "tortoise-orm": 5, "psycopg-pool": 4,
    "pg": 10, "typeorm": 10, "knex": 10, "objection": 10, "sequelize": 5,
}  # fmt: skip
"""Libraries, and how many connections each process may open by itself: their documentations' defaults (SQLAlchemy: 5 and 10 more)."""

CACHES = frozenset(
    {
        *("redis", "valkey", "memcached", "dragonfly", "keydb", "varnish", "redis-stack", "redis-stack-server", "garnet", "hazelcast"),
        *("infinispan", "redis-cluster", "valkey-bundle", "aerospike-server"),
    }
)  # fmt: skip
RELATIONAL = frozenset(
    {
        *(
            "postgres",
            "postgresql",
            "postgis",
            "pgvector",
            "timescaledb",
            "timescaledb-ha",
            "mysql",
            "mariadb",
            "percona",
        ),
        "percona-server",
    }
)
POSTGRES = frozenset({"postgres", "postgresql", "postgis", "pgvector", "timescaledb", "timescaledb-ha"})
"""Images, by the last part of their names."""


@dataclass(frozen=True, eq=False)
class Load:
    """A web service: its processes in all replicas, and the connections that these may open to a database."""

    service: Service
    image: Image | None
    processes: int
    connections: int


def layers(service: Service) -> tuple[Service, ...]:
    """A service, and the one of the file below that it is laid over."""
    base = service.file.base.service(service.name) if service.file.base is not None else None
    return (service,) if base is None else (service, base)


def image_name(service: Service) -> str | None:
    """The last part of the name of what a service pulls; None for what it builds."""
    for one in layers(service):
        if one.build is not None:
            return None
        if one.image is not None:
            return one.image.base_name
    return None


def in_use(file: ComposeFile) -> bool:
    """Whether a file is for production, or nothing says that it is for work or tests; not one that is told of in another file,
    which is laid over it for production."""
    if file.role == "production":
        return True
    return file.role == "unknown" and not file.for_work and all(other.role != "production" for other in file.overrides)


def stack(file: ComposeFile) -> tuple[Service, ...]:
    """The services that run with a file outside development: its own, and those of the file that it is laid over."""
    below = file.base.services if file.base is not None else ()
    every = (*file.services, *(service for service in below if file.service(service.name) is None))
    return tuple(service for service in every if not service.development)


def loads(file: ComposeFile) -> tuple[Load, ...]:
    """The web services of a stack whose processes are known, the largest first."""
    found = [load for service in stack(file) if (load := _load(service)) is not None]
    return tuple(sorted(found, key=lambda load: -load.processes))


def _load(service: Service) -> Load | None:
    told = _started_by(service)
    images = told.file.project.images_run_by.get(told, ())
    image = images[0] if len(images) == 1 else None
    server = next((s for s in told.servers if s.web and not s.development), None)
    command = server.runs if server is not None else None
    count: int | None = None
    if image is not None and server is not None:
        count = workers(image, server).count if server.framework in FLAGS else 1
    elif told.command is not None:
        command, written = _written(told)
        count = written.count
    elif image is not None and image.web and not told.servers and not told.entrypoint_words:
        count = 1
    replicas = _replicas(service)
    if count is None or replicas is None:
        return None
    libraries = (python_packages(image) | node_packages(image)) if image is not None else frozenset()
    pool = max((POOLS[name] for name in libraries if name in POOLS), default=_threads(command))
    return Load(service, image, count * replicas, count * replicas * pool)


def _started_by(service: Service) -> Service:
    """The service that says what is started: the one of the file below, where this one leaves it as it is."""
    *_, base = layers(service)
    if base is service or service.command_words or service.entrypoint_words:
        return service
    own = service.image is not None or service.build is not None
    return service if own and not (base.command_words or base.entrypoint_words) else base


def _written(service: Service) -> tuple[Command | None, Workers]:
    """The server that the command of a service names as it is written, and its workers."""
    for command in service.command.commands if service.command is not None else ():
        if command.name in FLAGS:
            word = command.option(*FLAGS[command.name])
            told = word.sketch if word is not None else service.known_environment.get("WEB_CONCURRENCY", "1")
            return command, Workers(int(told) if told.isdecimal() and len(told) < 6 else None, word)
    return None, Workers(None)


def _replicas(service: Service) -> int | None:
    texts = [*service.settled_texts("deploy", "replicas"), *service.settled_texts("scale")]
    if not texts:
        return 1
    numbers = [int(text.sketch) for text in texts if text.sketch.isdecimal() and len(text.sketch) < 6]
    return max(numbers) if len(numbers) == len(texts) else None


def _threads(command: Command | None) -> int:
    word = command.option("--threads") if command is not None else None
    return int(word.sketch) if word is not None and word.sketch.isdecimal() and len(word.sketch) < 5 else 1


def words_of(service: Service) -> Iterator[str]:
    """What its command and variables say, and what the image that it runs sets."""
    for one in layers(service):
        for text in (*(one.entrypoint_words or ()), *(one.command_words or ())):
            yield text.sketch
        for variable in one.environment:
            yield variable.name.sketch
            if variable.value is not None:
                yield variable.value.sketch
        for image in one.file.project.images_run_by.get(one, ()):
            for name, value in image.environment.items():
                yield name
                yield value.sketch


def talks_to(service: Service, other: Service) -> bool:
    """Whether a service waits for another one, or names it in a variable or its command."""
    if any(dependency.name.sketch == other.name for one in layers(service) for dependency in one.depends_on):
        return True
    return any(
        other.name == word or f"@{other.name}" in word or f"//{other.name}" in word for word in words_of(service)
    )
