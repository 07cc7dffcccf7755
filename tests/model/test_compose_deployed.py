"""Which services are seen to be deployed, and what all files together settle for them."""

from __future__ import annotations

import pytest

from deployflow_gate.model.compose import ComposeFile, Service
from deployflow_gate.model.link import link
from deployflow_gate.snapshot.memory import MemorySnapshot

WEB = "services:\n  web:\n    image: acme/web:1.2.0\n"


def file_of(path: str, files: dict[str, str]) -> ComposeFile:
    document = link(MemorySnapshot(files)).document(path)
    assert isinstance(document, ComposeFile)
    return document


def web(path: str, files: dict[str, str]) -> Service:
    service = file_of(path, files).service("web")
    assert service is not None
    return service


@pytest.mark.parametrize(
    ("path", "files", "expected"),
    [
        ("compose.yaml", {"compose.yaml": WEB}, True),
        ("compose.prod.yaml", {"compose.prod.yaml": WEB}, True),
        ("compose.dev.yaml", {"compose.dev.yaml": WEB}, False),
        (
            "compose.yaml",
            {"compose.yaml": WEB + "    environment: {DJANGO_SETTINGS_MODULE: shop.settings.dev}\n"},
            False,
        ),
        (
            "compose.yaml",
            {"compose.yaml": WEB + "    environment: {DJANGO_SETTINGS_MODULE: shop.settings.live}\n"},
            True,
        ),
        # one for production stands beside it alone
        ("compose.yaml", {"compose.yaml": WEB, "compose.prod.yaml": WEB}, False),
        ("compose.prod.yaml", {"compose.yaml": WEB, "compose.prod.yaml": WEB}, True),
        # one for production is laid over it: told of there
        ("compose.yaml", {"compose.yaml": WEB, "compose.prod.yaml": "services:\n  web: {restart: always}\n"}, False),
        (
            "compose.prod.yaml",
            {"compose.yaml": WEB, "compose.prod.yaml": "services:\n  web: {restart: always}\n"},
            True,
        ),
        # another part of the plain file: told of in the plain one
        (
            "compose.tls.yaml",
            {"compose.yaml": WEB, "compose.tls.yaml": "services:\n  web: {ports: ['443:443']}\n"},
            False,
        ),
        ("compose.yaml", {"compose.yaml": WEB, "compose.tls.yaml": "services:\n  web: {ports: ['443:443']}\n"}, True),
        # part of a service that is nowhere
        ("compose.tls.yaml", {"compose.tls.yaml": "services:\n  web: {ports: ['443:443']}\n"}, False),
        ("compose.yaml", {"compose.yaml": WEB + "    extends: {file: ../other.yaml, service: web}\n"}, False),
        # signs of work
        ("compose.yaml", {"compose.yaml": WEB + "    environment: {NODE_ENV: development}\n"}, False),
        ("compose.yaml", {"compose.yaml": WEB + "    environment: {NODE_ENV: production}\n"}, True),
        ("compose.yaml", {"compose.yaml": WEB + "    command: uvicorn app:app --reload\n"}, False),
        ("compose.yaml", {"compose.yaml": WEB + "  mail:\n    image: axllent/mailpit\n"}, False),
        ("compose.yaml", {"compose.yaml": WEB + "    build: .\n    volumes: ['.:/app']\n"}, False),
        ("compose.yaml", {"compose.yaml": WEB + "    build: ./web\n    volumes: ['./web/src:/app/src']\n"}, False),
        ("compose.yaml", {"compose.yaml": WEB + "    build: .\n    volumes: ['./data:/app/data']\n"}, True),
        ("compose.yaml", {"compose.yaml": "services:\n  web:\n    image: postgres:16.4\n"}, False),
        ("compose.yaml", {"compose.yaml": "services:\n  web:\n    image: postgres:16.4\n    restart: always\n"}, True),
    ],
)
def test_deployed(path: str, files: dict[str, str], expected: bool) -> None:
    assert web(path, files).deployed is expected


def test_settled_is_what_all_files_outside_development_say() -> None:
    files = {
        "compose.yaml": WEB + "    deploy: {resources: {limits: {memory: 1G}}}\n",
        "compose.prod.yaml": "services:\n  web:\n    deploy: {resources: {limits: {cpus: '2'}}}\n",
        "compose.override.yaml": "services:\n  web:\n    read_only: true\n",
    }
    limits = ("deploy", "resources", "limits")
    for path in ("compose.yaml", "compose.prod.yaml"):
        service = web(path, files)
        assert [text.value for text in service.settled_texts(*limits, "memory")] == ["1G"]
        assert [text.value for text in service.settled_texts(*limits, "cpus")] == ["2"]
        assert service.settled("read_only") == ()


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("", False),
        ("    profiles: [tools]\n", True),
        ("    tty: true\n", True),
        ("    command: python manage.py migrate\n", True),
        ("    command: gunicorn shop.wsgi\n", False),
        ("    deploy: {mode: replicated-job}\n", True),
        ("  api:\n    image: a\n    depends_on: {web: {condition: service_completed_successfully}}\n", True),
        ("  api:\n    image: a\n    depends_on: {web: {condition: service_healthy}}\n", False),
    ],
)
def test_what_ends(more: str, expected: bool) -> None:
    assert web("compose.yaml", {"compose.yaml": WEB + more}).ends is expected


def test_the_servers_of_a_service_are_those_of_its_own_command() -> None:
    files = {
        "Dockerfile": 'FROM python:3.12.7-slim\nCMD ["gunicorn", "--bind", ":8000", "app"]\n',
        "compose.yaml": "services:\n  web:\n    build: .\n  jobs:\n    build: .\n    command: celery -A app worker\n",
    }
    services = file_of("compose.yaml", files).services
    assert [[server.framework for server in service.servers] for service in services] == [["gunicorn"], ["celery"]]
    assert web("compose.yaml", {"compose.yaml": WEB}).servers == ()
