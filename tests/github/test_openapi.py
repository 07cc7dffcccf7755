"""The vendored slices are what the tool cuts out of the official description."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.github.fake.description import load
from tests.github.fake.validation import operations
from tools.openapi import HOSTS, OPERATIONS, SLICES, VERSION, cut, pack


def test_cut_keeps_what_is_referred_to_and_drops_prose() -> None:
    operation = {
        "summary": "prose",
        "parameters": [{"$ref": "#/components/parameters/owner"}],
        "responses": {
            "200": {
                "description": "prose",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/one"}}},
            }
        },
    }
    document: dict[str, Any] = {
        "openapi": "3.0.3",
        "info": {"title": "prose"},
        "paths": {path: {} for _, path in (line.split(" ", 1) for line in OPERATIONS)},
        "components": {
            "parameters": {"owner": {"name": "owner", "in": "path", "description": "prose"}},
            "schemas": {
                "one": {
                    "properties": {
                        "title": {"type": "string", "example": "prose"},
                        "more": {"$ref": "#/components/schemas/two"},
                    }
                },
                "two": {"type": "object", "description": "prose"},
                "unused": {"type": "string"},
            },
        },
    }
    for line in OPERATIONS:
        method, path = line.split(" ", 1)
        document["paths"][path][method] = operation
    made = cut(document, "1.2.3")
    assert "prose" not in json.dumps(made)
    assert made["components"]["schemas"] == {
        "one": {"properties": {"title": {"type": "string"}, "more": {"$ref": "#/components/schemas/two"}}},
        "two": {"type": "object"},
    }
    assert made["components"]["parameters"] == {"owner": {"name": "owner", "in": "path"}}
    assert sum(len(methods) for methods in made["paths"].values()) == len(OPERATIONS)


@pytest.mark.parametrize("host", HOSTS)
def test_a_slice_is_as_the_tool_writes_it(host: str) -> None:
    document = load(host)
    assert (SLICES / f"{host}.json.gz").read_bytes()[4:8] == b"\0\0\0\0", "no time of day in the file"
    assert cut(document, VERSION) == document
    assert pack(cut(document, VERSION)) == pack(document)
    found = {f"{one.method.lower()} {one.template}" for one in operations(host, "2022-11-28")}
    assert found == set(OPERATIONS)


@pytest.mark.parametrize("host", HOSTS)
def test_a_slice_is_the_official_description(host: str, shared: Path) -> None:
    official = shared / "github" / f"openapi-{host}.json"
    assert load(host) == json.loads(official.read_text(encoding="utf-8"))


def test_the_licence_is_beside_the_slices() -> None:
    notice = (SLICES / "NOTICE").read_text(encoding="utf-8")
    assert f"@octokit/openapi {VERSION}" in notice
    assert "MIT License" in notice
