"""What an image starts, on which port, and whether that serves HTTP."""

from __future__ import annotations

import json
import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deployflow_gate.model.image import Image
from deployflow_gate.model.link import link
from deployflow_gate.model.server import Server, entry_commands
from deployflow_gate.snapshot.memory import MemorySnapshot

BASE = "FROM python:3.12-slim\n"


def image(dockerfile: str, files: dict[str, str] | None = None) -> Image:
    text = textwrap.dedent(dockerfile)
    found = {path: textwrap.dedent(content) for path, content in (files or {}).items()}
    project = link(MemorySnapshot({"Dockerfile": text if "FROM" in text else BASE + text, **found}))
    return next(i for i in project.images if i.dockerfile.path == "Dockerfile")


def only(found: Image) -> Server:
    (server,) = found.servers
    return server


@pytest.mark.parametrize(
    ("command", "framework", "port", "development"),
    [
        ('CMD ["gunicorn", "app:app"]', "gunicorn", 8000, False),
        ('CMD ["gunicorn", "-b", "0.0.0.0:5000", "app:app"]', "gunicorn", 5000, False),
        ('CMD ["gunicorn", "--bind=:80", "app:app"]', "gunicorn", 80, False),
        ('CMD ["gunicorn", "-b", "unix:/run/app.sock", "app:app"]', "gunicorn", None, False),
        ("CMD gunicorn app:app --reload", "gunicorn", 8000, True),
        ("CMD exec uvicorn app:app --host 0.0.0.0 --port 80", "uvicorn", 80, False),
        ('CMD ["python", "-m", "uvicorn", "app:app", "--port", "81"]', "uvicorn", 81, False),
        ('CMD ["poetry", "run", "uvicorn", "app:app", "--reload"]', "uvicorn", 8000, True),
        ('CMD ["uv", "run", "fastapi", "run", "main.py", "--port", "80"]', "fastapi", 80, False),
        ('CMD ["fastapi", "dev", "main.py"]', "fastapi", 8000, True),
        ("CMD python manage.py runserver 0.0.0.0:8080", "django", 8080, True),
        ("CMD python3 -u manage.py runserver", "django", 8000, True),
        ("CMD python manage.py migrate && python manage.py runserver [::]:9000", "django", 9000, True),
        ('CMD ["flask", "--app", "x", "run", "-p", "80"]', "flask", 80, True),
        ('CMD ["python", "-m", "flask", "run"]', "flask", 5000, True),
        ('CMD ["sh", "-c", "streamlit run app.py --server.port=8501"]', "streamlit", 8501, False),
        ('ENTRYPOINT ["tini", "--", "next"]\nCMD ["start", "-p", "80"]', "next", 80, False),
        ('CMD ["npx", "--yes", "next", "dev"]', "next", 3000, True),
        ('CMD ["yarn", "next", "start"]', "next", 3000, False),
        ('CMD ["pnpm", "exec", "vite", "--port", "80"]', "vite", 80, True),
        ('CMD ["npm", "run", "dev"]', "node", None, True),
        ("CMD npm run start:dev -- --host", "node", None, True),
        ('CMD ["node", "--watch", "server.js"]', "reloader", None, True),
        ('CMD ["nodemon", "server.js"]', "reloader", None, True),
        ('CMD ["php", "-S", "0.0.0.0:8080", "-t", "public"]', "php", 8080, True),
        ('CMD ["php", "artisan", "serve", "--host=0.0.0.0", "--port=80"]', "laravel", 80, True),
        ('CMD ["python", "-m", "http.server", "8080"]', "http.server", 8080, False),
        ('CMD ["celery", "-A", "app", "worker"]', "celery", None, False),
        ('CMD ["bundle", "exec", "rails", "server", "-p", "80"]', "rails", 80, False),
        ("ENV PORT=4000\nCMD next start", "next", 4000, False),
        ("ENV PORT=4000\nCMD uvicorn app:app --port $PORT", "uvicorn", 4000, False),
        ('ENV PORT=4000\nCMD ["sh", "-c", "uvicorn app:app --port ${PORT}"]', "uvicorn", 4000, False),
        ("CMD uvicorn app:app --port $PORT", "uvicorn", None, False),
    ],
)
def test_kinds(command: str, framework: str, port: int | None, development: bool) -> None:
    server = only(image(command))
    assert (server.framework, server.port, server.development) == (framework, port, development)
    assert server.certain
    assert server.main


@pytest.mark.parametrize(
    "command",
    [
        'CMD ["python", "app.py"]',
        'CMD ["npm", "start"]',
        'CMD ["npm", "run", "build"]',
        'CMD ["node", "server.js"]',
        'CMD ["next", "build"]',
        'CMD ["flask", "db", "upgrade"]',
        'CMD ["python", "manage.py", "migrate"]',
        "CMD $SERVER --port 80",
        "ENTRYPOINT []",
        "",
    ],
)
def test_no_known_server(command: str) -> None:
    assert image(command).servers == ()


def test_vite_builds() -> None:
    server = only(image('CMD ["vite", "build"]'))
    assert not server.development
    assert server.web is False


def test_a_script_of_package_json_is_read() -> None:
    package = {"scripts": {"start": "cross-env NODE_ENV=production next start -p 80", "dev": "node server.js"}}
    files = {"package.json": json.dumps(package)}
    server = only(image('FROM node:22-slim\nCOPY . .\nCMD ["npm", "start"]', files))
    assert (server.framework, server.port, server.development, server.at.text) == (
        "next",
        80,
        False,
        '["npm", "start"]',
    )
    # what cannot be told from the script's text is told by its name
    assert only(image("FROM node:22-slim\nCOPY . .\nCMD npm run dev", files)).development


def test_a_package_json_that_is_not_copied_is_another_one() -> None:
    files = {"web/package.json": '{"scripts": {"start": "next dev"}}'}
    assert image('FROM node:22-slim\nCOPY api/ .\nCMD ["npm", "start"]', files).servers == ()
    assert image('FROM node:22-slim\nCOPY web/package*.json ./\nCMD ["npm", "start"]', files).servers


def test_two_scripts_of_one_name_are_none() -> None:
    files = {
        "a/package.json": '{"scripts": {"start": "next dev"}}',
        "b/package.json": '{"scripts": {"start": "next start"}}',
    }
    assert image('FROM node:22-slim\nCOPY a a\nCOPY b b\nCMD ["npm", "start"]', files).servers == ()


ENTRYPOINT = """\
#!/bin/sh
set -e
python manage.py migrate
exec "$@"
"""


def test_an_entrypoint_script_runs_what_it_is_given() -> None:
    found = image(
        'COPY entrypoint.sh /\nENTRYPOINT ["/entrypoint.sh"]\nCMD ["gunicorn", "-b", ":80", "x"]',
        {"entrypoint.sh": ENTRYPOINT},
    )
    server = only(found)
    assert (server.framework, server.port, server.main) == ("gunicorn", 80, True)
    assert server.at.text == '["gunicorn", "-b", ":80", "x"]'
    assert found.ports == frozenset({80})
    assert "python" in {command.name for command in entry_commands(found)}


def test_a_copied_script_may_have_another_name() -> None:
    files = {
        "docker/web.sh": "#!/bin/sh\nexec uvicorn app:app --port 81\n",
        "docker/start.sh": "#!/bin/sh\nexec celery worker\n",
    }
    server = only(image('COPY docker/web.sh /start.sh\nCMD ["bash", "/start.sh"]', files))
    assert (server.framework, server.port, server.at.text) == ("uvicorn", 81, '["bash", "/start.sh"]')


def test_scripts_of_the_same_name_are_none() -> None:
    files = {"a/run.sh": "exec uvicorn x", "b/run.sh": "exec gunicorn x"}
    assert image('COPY . /app\nCMD ["/app/run.sh"]', files).servers == ()


def test_what_runs_in_a_branch_is_not_certain() -> None:
    script = """\
        #!/bin/bash
        if [ "$DEBUG" = 1 ]; then
          exec flask run
        fi
        exec gunicorn -b :80 app:app
        """
    found = image('COPY run.sh .\nCMD ["./run.sh"]', {"run.sh": script})
    assert [(s.framework, s.certain) for s in found.servers] == [("flask", False), ("gunicorn", True)]


def test_what_stays_in_the_background_leaves_no_single_port() -> None:
    found = image("CMD celery worker & gunicorn -b :80 app:app")
    assert [(s.framework, s.main) for s in found.servers] == [("celery", False), ("gunicorn", False)]
    assert found.ports is None
    assert found.web


def test_scripts_that_run_each_other_end() -> None:
    script = "#!/bin/sh\n" + "./a.sh\n./b.sh\n" * 20
    found = image('COPY . .\nCMD ["./a.sh"]', {"a.sh": script, "b.sh": script})
    assert found.servers == ()


COMPOSE = """\
services:
  app:
    build: .
    command: python manage.py runserver 0.0.0.0:9000
"""


def test_a_service_has_its_own_command() -> None:
    found = image('CMD ["gunicorn", "-b", ":80", "x"]', {"compose.yaml": COMPOSE})
    assert [(s.framework, s.port, s.service is None) for s in found.servers] == [
        ("gunicorn", 80, True),
        ("django", 9000, False),
    ]
    assert found.servers[1].at.text == "python manage.py runserver 0.0.0.0:9000"
    assert found.ports == frozenset({80, 9000})


def test_a_service_of_development_does_not_count() -> None:
    found = image('CMD ["gunicorn", "-b", ":80", "x"]', {"compose.dev.yaml": COMPOSE})
    assert [s.framework for s in found.servers] == ["gunicorn"]


def test_a_command_of_a_service_is_given_to_the_entrypoint() -> None:
    compose = "services:\n  app:\n    build: .\n    command: runserver 0.0.0.0:80\n"
    found = image('ENTRYPOINT ["python", "manage.py"]\nCMD ["migrate"]', {"compose.yaml": compose})
    server = only(found)
    assert (server.framework, server.port, server.at.text) == ("django", 80, "runserver 0.0.0.0:80")


def test_a_service_has_its_own_environment() -> None:
    compose = (
        "services:\n  app:\n    build: .\n    command: sh -c 'next start -p $$PORT'\n    environment: {PORT: 81}\n"
    )
    found = image("FROM node:22-slim\nENV PORT=80\n", {"compose.yaml": compose})
    assert only(found).port == 81


@pytest.mark.parametrize(
    ("dockerfile", "web"),
    [
        ('CMD ["gunicorn", "x"]', True),
        ('CMD ["celery", "worker"]', False),
        ('EXPOSE 8000\nCMD ["celery", "worker"]', False),
        ('EXPOSE 8000\nCMD ["python", "app.py"]', True),
        ('EXPOSE 8000/udp\nCMD ["python", "app.py"]', None),
        ('EXPOSE 5432\nCMD ["python", "app.py"]', None),
        ('RUN pip install flask\nEXPOSE 7777\nCMD ["python", "app.py"]', True),
        ('CMD ["python", "app.py"]', None),
        ("FROM nginx:1.27\nCOPY dist /usr/share/nginx/html", True),
        ("FROM php:8.3-apache\nCOPY . .", True),
        ("FROM php:8.3-fpm\nCOPY . .", None),
        ('FROM nginx:1.27\nCMD ["sleep", "1"]', None),
        ('EXPOSE 8080\nCMD ["tail", "-f", "/dev/null"]', None),
        ("EXPOSE 8080\nCMD bash", None),
        ("EXPOSE 8080", None),
        ("FROM registry.acme.dev/app\nEXPOSE 8080", True),
        ("FROM phpmyadmin:5\nEXPOSE 80", True),
        ('RUN pip install grpcio\nEXPOSE 8080\nCMD ["python", "app.py"]', None),
        ('RUN pip install grpcio flask\nEXPOSE 8080\nCMD ["python", "app.py"]', True),
        ("", None),
    ],
)
def test_web(dockerfile: str, web: bool | None) -> None:
    assert image(dockerfile).web is web


def test_a_published_port_tells_that_it_serves() -> None:
    compose = "services:\n  app:\n    build: .\n    ports: ['80:8080']\n"
    assert image('CMD ["./app"]', {"compose.yaml": compose}).web


@pytest.mark.parametrize(
    ("dockerfile", "ports"),
    [
        ("CMD uvicorn app:app", {8000}),
        ("ENV UVICORN_PORT=80\nCMD uvicorn app:app", {80}),
        ("CMD uvicorn app:app --uds /run/x", None),
        ("CMD gunicorn app:app", None),  # it takes PORT
        ("ENV GUNICORN_CMD_ARGS=-b:1\nCMD gunicorn app:app", None),
        ("CMD gunicorn -c conf.py app:app", None),
        ("CMD next start", None),
        ("CMD nginx", None),
        ("CMD celery worker", None),
        ("CMD python app.py", None),
        ("CMD supervisord", None),
        ("", None),
    ],
)
def test_ports_are_only_those_that_are_sure(dockerfile: str, ports: set[int] | None) -> None:
    assert image(dockerfile).ports == (None if ports is None else frozenset(ports))


def test_a_configuration_file_may_say_another_port() -> None:
    assert image("CMD streamlit run app.py").ports == frozenset({8501})
    assert image("CMD streamlit run app.py", {".streamlit/config.toml": "[server]\nport = 1"}).ports is None


WORDS = (
    "npm",
    "run",
    "dev",
    "sh",
    "-c",
    "exec",
    '"$@"',
    "./a.sh",
    "python",
    "-m",
    "flask",
    "&",
    "&&",
    "$X",
    "--port",
    "80",
    "'",
    "[",
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from(WORDS), max_size=9), st.lists(st.sampled_from((*WORDS, "\n")), max_size=12), st.booleans()
)
def test_nothing_raises(command: list[str], script: list[str], form: bool) -> None:
    line = f"CMD {json.dumps(command) if form else ' '.join(command)}"
    files = {
        "a.sh": "#!/bin/sh\n" + " ".join(script),
        "package.json": json.dumps({"scripts": {"dev": " ".join(script)}}),
        "compose.yaml": json.dumps({"services": {"a": {"build": ".", "command": command, "entrypoint": script[:2]}}}),
    }
    found = image(f'COPY . .\nENTRYPOINT ["./a.sh"]\n{line}', files)
    assert all(server.at.text for server in found.servers)
    assert found.web in (True, False, None)
    assert found.frameworks is not None
    assert found.ports is None or found.ports
