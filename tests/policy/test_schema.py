"""The JSON schema is fresh, and says of a policy what the loader says."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

from deployflow_gate.policy.build import PRESETS, SCHEMA, presets_text
from deployflow_gate.policy.load import PolicyError
from deployflow_gate.policy.model import Policy
from deployflow_gate.policy.schema import schema, schema_text
from deployflow_gate.policy.starter import starter_policy

Written = Callable[..., Policy]

WAIVER = "rule: root-user, path: x, reason: r, expires: 2030-01-01"

GOOD = [
    "",
    "{}",
    "rules:\npaths:\nexclude:\nextends:\nproduction:\nwaivers:\n",
    "x-mine: [1, {a: b}]\n",
    "extends: strict\nfail-on: never\ninline-ignores: forbid\n",
    "extends: [strict, minimal]\n",
    "rules: {root-user: off}",
    "rules: {hadolint:DL3002: on}\n",
    "rules: {DL3002: {user: 10001}}\n",
    "rules: {all: off, level/error: on, chapter/user: default, chapter/policy: {level: notice}}\n",
    "rules: {latest-image: {level: error, moving-tags: [a, 1.5], parts: 3, share: 1, strict: false, mode: b, kinds: {x: a}}}\n",
    "rules: {latest-image: {kinds: {}}}\n",
    "rules: {latest-image: {}}\n",
    "paths: [{paths: x, rules: {}}, {paths: [a/**, '*.b', './c', '/d/', '{a,b}/*'], rules: {all: off}}]\n",
    "exclude: a/...\nproduction: [a.b]\n",
    f"waivers: [{{{WAIVER}}}]\n",
    "waivers: [{rule: DL3002, fingerprint: 0a1b2c3d, reason: r, expires: '2030-01-01', owner: me}]\n",
    "waivers: [{rule: DL3002, fingerprint: 12345678, path: [a, b], reason: r, expires: 2030-01-01}]\n",
    starter_policy(),
]

BAD = [
    "- a",
    "text",
    "rule: {}",
    "extends: 3",
    "extends: ['']",
    "fail-on: errors",
    "fail-on:",
    "fail-on: 1",
    "inline-ignores: yes",
    "rules: []",
    "rules: {no-such-rule: off}",
    "rules: {TWIN: off}",
    "rules: {internal-error: off}",
    "rules: {root-user: warn}",
    "rules: {root-user: false}",
    "rules: {root-user: 1}",
    "rules: {root-user: }",
    "rules: {root-user: {lvl: off}}",
    "rules: {root-user: {user: [a]}}",
    "rules: {root-user: {user: true}}",
    "rules: {all: {user: a}}",
    "rules: {chapter/none: off}",
    "rules: {latest-image: {moving-tags: a}}",
    "rules: {latest-image: {moving-tags: [true]}}",
    "rules: {latest-image: {parts: 1.5}}",
    "rules: {latest-image: {parts: '1'}}",
    "rules: {latest-image: {share: x}}",
    "rules: {latest-image: {strict: 'true'}}",
    "rules: {latest-image: {mode: c}}",
    "rules: {latest-image: {kinds: [x]}}",
    "rules: {latest-image: {kinds: {x: c}}}",
    "rules: {latest-image: {kinds: {x: [a]}}}",
    "paths: {}",
    "paths: [{rules: {}}]",
    "paths: [{paths: x}]",
    "paths: [{paths: x, rules: {}, more: 1}]",
    "exclude: ['']",
    "exclude: ['../x']",
    "exclude: ['a/./b']",
    "exclude: ['//']",
    "exclude: {}",
    "exclude: 3",
    "waivers: {}",
    "waivers: [x]",
    "waivers: [{rule: root-user, path: x, reason: r}]",
    "waivers: [{rule: root-user, reason: r, expires: 2030-01-01}]",
    "waivers: [{path: x, reason: r, expires: 2030-01-01}]",
    "waivers: [{rule: root-user, path: [], reason: r, expires: 2030-01-01}]",
    "waivers: [{rule: root-user, path: x, reason: ' ', expires: 2030-01-01}]",
    "waivers: [{rule: root-user, path: x, reason: r, expires: soon}]",
    "waivers: [{rule: unused-ignore, path: x, reason: r, expires: 2030-01-01}]",
    f"waivers: [{{{WAIVER}, fingerprint: xyz}}]",
    f"waivers: [{{{WAIVER}, owner: 3}}]",
]


def accepted(text: str) -> bool:
    yaml = YAML(typ="safe", pure=True)
    yaml.version = "1.2"
    document: Any = yaml.load(text)
    document = json.loads(json.dumps(document, default=str))
    return bool(jsonschema.Draft202012Validator(schema()).is_valid(document))


@pytest.mark.parametrize("text", GOOD)
def test_good_policies(written: Written, text: str) -> None:
    written(text)
    assert accepted(text)


@pytest.mark.parametrize("text", BAD)
def test_bad_policies(written: Written, text: str) -> None:
    with pytest.raises(PolicyError):
        written(text)
    assert not accepted(text)


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())


def test_what_is_generated_is_fresh() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == schema_text(), "run `make index`"
    assert PRESETS.read_text(encoding="utf-8") == presets_text(), "run `make index`"


def test_options_are_in_the_schema_with_their_defaults(fakes: None) -> None:
    options = schema()["$defs"]["rule-latest-image"]["anyOf"][1]["properties"]
    assert options["moving-tags"]["default"] == ["latest"]
    assert options["kinds"]["additionalProperties"] == {"enum": ["a", "b"]}
    assert options["kinds"]["default"] == {"x": "a"}
    assert options["mode"] == {"description": "Which.", "enum": ["a", "b"], "default": "a"}
