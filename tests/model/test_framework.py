"""Which frameworks an image is made of."""

from __future__ import annotations

import json

import pytest

from deployflow_gate.model.framework import manifests, package_scripts
from deployflow_gate.model.image import Image
from deployflow_gate.model.link import link
from deployflow_gate.snapshot.memory import MemorySnapshot


def image(dockerfile: str, files: dict[str, str] | None = None) -> Image:
    (found,) = link(MemorySnapshot({"Dockerfile": dockerfile, **(files or {})})).images
    return found


POETRY = """\
[tool.poetry]
name = "gradio"
[tool.poetry.dependencies]
Flask = "^3"
[tool.poetry.group.dev.dependencies]
sanic = "*"
"""
PROJECT = '[project]\nname = "dash"\nkeywords = ["tornado"]\ndependencies = ["fastapi[standard]>=0.115", "uvicorn"]\n'


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("requirements.txt", "# flask\nDjango==5.1\n-r base.txt\ngunicorn\n", {"django", "python"}),
        ("requirements.txt", "djangorestframework ; python_version > '3'\n", {"django", "python"}),
        ("pyproject.toml", PROJECT, {"fastapi", "python"}),
        ("pyproject.toml", POETRY, {"flask", "python"}),
        ("pyproject.toml", "this is [no toml", {"python"}),
        ("Pipfile", '[packages]\nstreamlit = "*"\n[dev-packages]\nflask = "*"\n', {"streamlit", "python"}),
        ("package.json", json.dumps({"dependencies": {"next": "15", "left-pad": "1"}}), {"next", "node"}),
        ("package.json", json.dumps({"scripts": {"express": "x"}, "description": "koa"}), {"node"}),
        ("package.json", '["next"]', {"node"}),
        ("package.json", "{", {"node"}),
        ("go.mod", "module x\n", {"go"}),
        ("pom.xml", "<project/>", {"java"}),
    ],
)
def test_manifests_tell(path: str, text: str, expected: set[str]) -> None:
    assert image("FROM debian:12\nCOPY . /app\n", {path: text}).frameworks == expected
    assert image("FROM debian:12\nRUN true\n", {path: text}).frameworks == set(), "it is not copied"


@pytest.mark.parametrize(
    ("dockerfile", "expected"),
    [
        ("FROM node:22\n", {"node"}),
        ("FROM debian:12\nRUN pip install --no-cache-dir 'Flask>=3' gunicorn\n", {"flask"}),
        ("FROM debian:12\nCMD streamlit run app.py\n", {"streamlit"}),
        ("FROM scratch\n", set()),
    ],
)
def test_base_installs_and_commands_tell(dockerfile: str, expected: set[str]) -> None:
    assert image(dockerfile).frameworks == expected


FILES = {
    "api/requirements.txt": "flask\n",
    "web/package.json": '{"dependencies": {"next": "15"}, "scripts": {"start": "next start"}}',
    "requirements-prod.txt": "sanic\n",
}


@pytest.mark.parametrize(
    ("dockerfile", "expected"),
    [
        ("FROM debian:12\nCOPY api /app\n", {"api/requirements.txt"}),
        ("FROM debian:12\nCOPY ./api/requirements.txt /app/\n", {"api/requirements.txt"}),
        ("FROM debian:12\nCOPY web/package*.json /app/\n", {"web/package.json"}),
        ("FROM debian:12\nCOPY requirements-prod.txt /app/\n", {"requirements-prod.txt"}),
        ("FROM debian:12\nCOPY . /app\n", set()),
        ("FROM a AS b\nCOPY web .\nFROM b AS c\nFROM debian:12\nCOPY --from=c / /\n", {"web/package.json"}),
        ("FROM a AS b\nCOPY web .\nFROM debian:12\nCOPY api .\n", {"api/requirements.txt"}),
        ("FROM debian:12\nARG X\nCOPY $X .\n", set()),
    ],
)
def test_only_what_is_brought_in_counts(dockerfile: str, expected: set[str]) -> None:
    assert {path for path, _ in manifests(image(dockerfile, FILES))} == expected


def test_scripts() -> None:
    found = image("FROM node:22\nCOPY web .\n", FILES)
    assert package_scripts(found) == {"start": "next start"}
