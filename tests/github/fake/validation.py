"""Which operation a request is, and what is wrong with it and with its answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import unquote

from jsonschema import Draft7Validator

from tests.github.fake.description import FORMATS, Compiler, load

PARAMETER = re.compile(r"\{(\w+)\}")
SPANNING = {"path", "ref", "commit_sha", "basehead", "tree_sha"}
"""Path parameters that may hold slashes."""


@dataclass(frozen=True)
class Operation:
    """An operation of the slice, ready to judge what is sent to it and what it answers."""

    method: str
    template: str
    path: re.Pattern[str]
    parameters: Mapping[tuple[str, str], Mapping[str, Any]]
    body: Draft7Validator | None
    body_required: bool
    answers: Mapping[int, Draft7Validator | None]

    def faults(self, params: Mapping[str, str], query: Mapping[str, str], body: object) -> Iterator[str]:
        """What is wrong with a request, as the description sees it."""
        for place, given in (("path", params), ("query", query)):
            for name, value in given.items():
                schema = self.parameters.get((place, name))
                if schema is None:
                    yield f"the {place} parameter `{name}` is unknown"
                else:
                    yield from (f"{place} parameter `{name}`: {said}" for said in _said(_typed(schema, value), schema))
        if self.body is None:
            if body is not None:
                yield "a body is sent where none is taken"
        elif body is not None or self.body_required:
            yield from _errors(self.body, body)

    def answer_faults(self, status: int, body: object) -> Iterator[str]:
        """What is wrong with an answer. An error that the description does not list must at least have a message."""
        if status not in self.answers and (status < 300 or not isinstance(body, dict) or "message" not in body):
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
    compiler = Compiler(document, version)
    found = [
        Operation(
            method.upper(),
            template,
            _pattern(template),
            compiler.parameters(described),
            compiler.body(described),
            described.get("requestBody", {}).get("required", False),
            compiler.answers(described),
        )
        for template, methods in document["paths"].items()
        for method, described in methods.items()
    ]
    return tuple(sorted(found, key=lambda operation: -len(PARAMETER.sub("", operation.template))))


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(PARAMETER.sub(lambda m: f"(?P<{m[1]}>{'.+' if m[1] in SPANNING else '[^/]+'})", template))


def find(name: str, version: str, method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
    """The operation that a method and a raw (percent-encoded) path mean, with the decoded parameters."""
    for operation in operations(name, version):
        match = operation.path.fullmatch(path)
        if match and operation.method == method:
            return operation, {key: unquote(value) for key, value in match.groupdict().items()}
    return None


def _typed(schema: Mapping[str, Any], value: str) -> object:
    return int(value) if schema.get("type") == "integer" and re.fullmatch(r"-?\d+", value) else value


def _said(value: object, schema: Mapping[str, Any]) -> Iterator[str]:
    yield from _errors(Draft7Validator(schema, format_checker=FORMATS), value)


def _errors(validator: Draft7Validator, value: object) -> Iterator[str]:
    for error in validator.iter_errors(value):
        said = error.message  # begins with the whole value
        yield f"{error.json_path}: {said if len(said) < 300 else said[:100] + ' … ' + said[-100:]}"
