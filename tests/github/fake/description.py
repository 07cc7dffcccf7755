"""GitHub's official description of its interface, compiled to validators."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator, FormatChecker

SLICES = Path(__file__).parent.parent / "openapi"
JSON = "application/json"

FORMATS = FormatChecker(formats=())


@FORMATS.checks("date-time", raises=ValueError)
def _date_time(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@FORMATS.checks("uri")
def _uri(value: object) -> bool:
    return not isinstance(value, str) or re.match(r"[a-z][a-z0-9+.-]*:\S+$", value, re.IGNORECASE) is not None


def load(name: str) -> Mapping[str, Any]:
    with gzip.open(SLICES / f"{name}.json.gz", "rt", encoding="utf-8") as file:
        document: Mapping[str, Any] = json.load(file)
    return document


class Compiler:
    """From OpenAPI 3.0 to JSON Schema: `nullable` becomes a type, references become what they point at."""

    def __init__(self, document: Mapping[str, Any], version: str) -> None:
        self._document = document
        self._version = version
        self._done: dict[tuple[str, bool], dict[str, Any]] = {}

    def parameters(self, described: Mapping[str, Any]) -> dict[tuple[str, str], Mapping[str, Any]]:
        """The schemas of an operation's parameters, by place and name."""
        found = [self._resolve(parameter) for parameter in described.get("parameters", ())]
        return {(one["in"], one["name"]): self._schema(one["schema"]) for one in found}

    def body(self, described: Mapping[str, Any]) -> Draft7Validator | None:
        request = described.get("requestBody")
        return self._validator(request["content"][JSON]["schema"], strict=True) if request else None

    def answers(self, described: Mapping[str, Any]) -> dict[int, Draft7Validator | None]:
        """What each status brings; None for nothing that is JSON."""
        return {int(status): self._answer(answer) for status, answer in described["responses"].items()}

    def _answer(self, answer: Mapping[str, Any]) -> Draft7Validator | None:
        content = self._resolve(answer).get("content", {})
        return self._validator(content[JSON]["schema"]) if JSON in content else None

    def _validator(self, schema: Mapping[str, Any], *, strict: bool = False) -> Draft7Validator:
        return Draft7Validator(self._schema(schema, strict=strict), format_checker=FORMATS)

    def _resolve(self, value: Mapping[str, Any]) -> Mapping[str, Any]:
        if "$ref" not in value:
            return value
        found: Any = self._document
        for part in value["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        resolved: Mapping[str, Any] = found
        return resolved

    def _schema(self, schema: Mapping[str, Any], *, strict: bool = False) -> dict[str, Any]:
        """`strict` refuses fields that the description does not name: GitHub ignores them, so they are mistakes."""
        reference = schema.get("$ref")
        if reference is None:
            return self._converted({}, schema, strict)
        if (reference, strict) not in self._done:
            made = self._done[reference, strict] = {}
            self._converted(made, self._resolve(schema), strict)
        return self._done[reference, strict]

    def _converted(self, made: dict[str, Any], schema: Mapping[str, Any], strict: bool) -> dict[str, Any]:
        for change in schema.get("x-github-breaking-changes", ()):
            if change["version"] <= self._version:
                schema = _merged(schema, change["patch"])
        inner = made
        if schema.get("nullable"):
            inner = {}
            made["anyOf"] = [{"type": "null"}, inner]
        for key, value in schema.items():
            match key:
                case "properties":
                    inner[key] = {name: self._schema(one, strict=strict) for name, one in value.items()}
                case "items":
                    inner[key] = self._schema(value, strict=strict)
                case "additionalProperties" if isinstance(value, dict):
                    inner[key] = self._schema(value, strict=strict)
                case "anyOf" | "oneOf" | "allOf":
                    inner[key] = [self._schema(one) for one in value]
                case "type" | "enum" | "required" | "format" | "pattern" | "additionalProperties":
                    inner[key] = value
                case _ if key.startswith(("min", "max")):
                    inner[key] = value
        if strict and "properties" in inner:
            inner.setdefault("additionalProperties", False)
        return made


def _merged(value: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """A JSON merge patch: null takes away."""
    made = dict(value)
    for key, change in patch.items():
        if change is None:
            made.pop(key, None)
        else:
            made[key] = _merged(made.get(key, {}), change) if isinstance(change, dict) else change
    return made
