"""The official description of GitHub's interface as compiled validators, and which operation a request is."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from jsonschema import Draft7Validator, FormatChecker

SLICES = Path(__file__).parent.parent / "openapi"
JSON = "application/json"
PARAMETER = re.compile(r"\{(\w+)\}")
SPANNING = {"path", "ref", "commit_sha", "basehead", "tree_sha"}
"""Path parameters that may hold slashes."""

FORMATS = FormatChecker(formats=())


@FORMATS.checks("date-time", raises=ValueError)
def _date_time(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@FORMATS.checks("uri")
def _uri(value: object) -> bool:
    return not isinstance(value, str) or re.match(r"[a-z][a-z0-9+.-]*:\S+$", value, re.IGNORECASE) is not None


@dataclass(frozen=True)
class Operation:
    """An operation of the slice, ready to judge what is sent to it and what it answers."""

    method: str
    template: str
    path: re.Pattern[str]
    parameters: Mapping[tuple[str, str], Mapping[str, Any]]
    required: frozenset[str]
    body: Draft7Validator | None
    body_required: bool
    answers: Mapping[int, Draft7Validator | None] = field(default_factory=dict)

    def faults(self, params: Mapping[str, str], query: Mapping[str, str], body: object) -> Iterator[str]:
        """What is wrong with a request, as the description sees it."""
        for place, given in (("path", params), ("query", query)):
            for name, value in given.items():
                schema = self.parameters.get((place, name))
                if schema is None:
                    yield f"the {place} parameter `{name}` is unknown"
                else:
                    yield from (f"{place} parameter `{name}`: {said}" for said in _said(typed(schema, value), schema))
        yield from (f"the query parameter `{name}` is missing" for name in self.required - query.keys())
        if self.body is None:
            if body is not None:
                yield "a body is sent where none is taken"
        elif body is not None or self.body_required:
            yield from _errors(self.body, body)

    def answer_faults(self, status: int, body: object) -> Iterator[str]:
        """What is wrong with an answer. A status that the description does not know must at least be an error's body."""
        if status not in self.answers and status < 400:
            yield f"the status {status} is not described"
        validator = self.answers.get(status)
        if validator is not None:
            yield from (said for said in _errors(validator, body) if not _known_difference(self.template, said))


KNOWN_DIFFERENCES = (
    # The head of a pull request whose fork is gone.
    ("/pulls/{pull_number}", r"\$\.head\.(repo|user): None is not of type 'object'"),
    ("/commits/{commit_sha}/pulls", r"\$\[\d+\]\.head\.(repo|user): None is not of type 'object'"),
    # An outdated comment has neither: GitHub answers null, the description says integer.
    ("/pulls/{pull_number}/comments", r"\$\[\d+\]\.(line|position|original_position): None is not of type 'integer'"),
    ("/pulls/comments/{comment_id}", r"\$\.(line|position|original_position): None is not of type 'integer'"),
)
"""Answers of the real GitHub that its own description forbids: end of the template, what the validator says."""


def _known_difference(template: str, said: str) -> bool:
    return any(template.endswith(end) and re.match(pattern, said) for end, pattern in KNOWN_DIFFERENCES)


@cache
def operations(name: str, version: str) -> tuple[Operation, ...]:
    """The operations of a slice at a version of the interface, those with more fixed words first."""
    document = load(name)
    compiler = _Compiler(document, version)
    found = [
        compiler.operation(method.upper(), template, description)
        for template, methods in document["paths"].items()
        for method, description in methods.items()
    ]
    return tuple(sorted(found, key=lambda operation: -len(PARAMETER.sub("", operation.template))))


def load(name: str) -> Mapping[str, Any]:
    with gzip.open(SLICES / f"{name}.json.gz", "rt", encoding="utf-8") as file:
        document: Mapping[str, Any] = json.load(file)
    return document


def find(name: str, version: str, method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
    """The operation that a method and a raw (percent-encoded) path mean, with the decoded parameters."""
    for operation in operations(name, version):
        match = operation.path.fullmatch(path)
        if match and operation.method == method:
            return operation, {key: unquote(value) for key, value in match.groupdict().items()}
    return None


def typed(schema: Mapping[str, Any], value: str) -> object:
    return int(value) if schema.get("type") == "integer" and re.fullmatch(r"-?\d+", value) else value


def _said(value: object, schema: Mapping[str, Any]) -> Iterator[str]:
    yield from _errors(Draft7Validator(schema, format_checker=FORMATS), value)


def _errors(validator: Draft7Validator, value: object) -> Iterator[str]:
    for error in validator.iter_errors(value):
        said = error.message  # begins with the whole value
        yield f"{error.json_path}: {said if len(said) < 300 else said[:100] + ' … ' + said[-100:]}"


class _Compiler:
    """From OpenAPI 3.0 to JSON Schema: `nullable` becomes a type, references become what they point at."""

    def __init__(self, document: Mapping[str, Any], version: str) -> None:
        self._document = document
        self._version = version
        self._done: dict[tuple[str, bool], dict[str, Any]] = {}

    def operation(self, method: str, template: str, described: Mapping[str, Any]) -> Operation:
        parameters = [self._resolve(parameter) for parameter in described.get("parameters", ())]
        request = described.get("requestBody")
        return Operation(
            method,
            template,
            re.compile(PARAMETER.sub(lambda m: f"(?P<{m[1]}>{'.+' if m[1] in SPANNING else '[^/]+'})", template)),
            {(p["in"], p["name"]): self._schema(p["schema"]) for p in parameters},
            frozenset(p["name"] for p in parameters if p["in"] == "query" and p.get("required")),
            self._validator(request["content"][JSON]["schema"], strict=True) if request else None,
            bool(request and request.get("required")),
            {int(status): self._answer(answer) for status, answer in described["responses"].items()},
        )

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
