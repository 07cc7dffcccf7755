"""The machine-readable reports fit their schemas, and say what the verdict says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from deployflow_gate.lint.problem import Edit, Fix
from deployflow_gate.report import FORMATS
from deployflow_gate.report import sarif as sarif_module
from deployflow_gate.text import Source, Span

from .sarif_shape import SARIF
from .verdicts import ERROR, RULES, VERDICTS, finding, typical, verdict

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "report.schema.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", VERDICTS)
def test_the_json_fits_its_schema(name: str) -> None:
    Draft202012Validator.check_schema(SCHEMA)
    report = json.loads(FORMATS["json"](VERDICTS[name]()))
    Draft202012Validator(SCHEMA).validate(report)


def test_the_schema_knows_every_field_and_nothing_more() -> None:
    report = json.loads(FORMATS["json"](typical()))
    report["more"] = 1
    assert not Draft202012Validator(SCHEMA).is_valid(report)
    del report["more"], report["verdict"]
    assert not Draft202012Validator(SCHEMA).is_valid(report)


@pytest.mark.parametrize("name", VERDICTS)
def test_the_sarif_has_the_shape_of_the_standard(name: str) -> None:
    Draft202012Validator.check_schema(SARIF)
    report = json.loads(FORMATS["sarif"](VERDICTS[name](), rules=RULES))
    Draft202012Validator(SARIF).validate(report)


def sarif(name: str = "typical", **options: object) -> dict[str, Any]:
    run: dict[str, Any] = json.loads(FORMATS["sarif"](VERDICTS[name](), rules=RULES, **options))["runs"][0]
    return run


def test_the_gates_own_rules_have_their_pages_as_help() -> None:
    span = Source("Dockerfile", "FROM a").whole
    found = verdict(*(finding(rule, ERROR, span, "m") for rule in ("root-user", "unused-waiver", "no-such-rule")))
    report = json.loads(FORMATS["sarif"](found))
    Draft202012Validator(SARIF).validate(report)
    pages = {rule["id"]: rule["help"]["markdown"] for rule in report["runs"][0]["tool"]["driver"]["rules"]}
    assert "```dockerfile\nFROM" in pages["root-user"]
    assert "«" not in pages["root-user"]
    assert "matches no finding" in pages["unused-waiver"]
    assert pages["no-such-rule"] == "No such rule."


def test_sarif_results_point_to_their_rules() -> None:
    run = sarif()
    rules = run["tool"]["driver"]["rules"]
    assert [rules[r["ruleIndex"]]["id"] for r in run["results"]] == [r["ruleId"] for r in run["results"]]
    assert len({rule["id"] for rule in rules}) == len(rules)


def test_sarif_has_one_run_with_the_category_asked_for() -> None:
    assert sarif()["automationDetails"] == {"id": "deployflow-gate/"}
    assert sarif(category="api")["automationDetails"] == {"id": "deployflow-gate/api/"}


def test_sarif_gives_github_its_own_fingerprint_only_when_asked() -> None:
    assert set(sarif()["results"][0]["partialFingerprints"]) == {"deployflowGate/v1"}
    assert "primaryLocationLineHash" in sarif(line_hash=True)["results"][0]["partialFingerprints"]


def test_sarif_suppressions_say_who_and_why() -> None:
    found = {r["ruleId"]: r["suppressions"] for r in sarif()["results"]}
    assert found["latest-image"] == []
    assert found["unpinned-action"][0]["kind"] == "inSource"
    assert "needed until the new runner" in found["privileged-container"][0]["justification"]


def test_what_could_not_be_evaluated_is_an_unsuccessful_invocation() -> None:
    (invocation,) = sarif("incomplete")["invocations"]
    assert invocation["executionSuccessful"] is False
    assert len(invocation["toolExecutionNotifications"]) == 2
    assert sarif("empty")["invocations"] == [{"executionSuccessful": True, "toolExecutionNotifications": []}]


@pytest.mark.parametrize(
    ("old", "start", "end", "new"),
    [
        ("FROM a\nUSER root\n", 7, 17, ""),  # a whole line with its end
        ("FROM a\r\nUSER root\r\n", 13, 17, "10001"),
        ("FROM a", 6, 6, "\nUSER 10001\n"),
        ("# 日本\nFROM a\n", 5, 5, "USER x\n"),
    ],
)
def test_a_sarif_replacement_carried_out_is_the_fix(old: str, start: int, end: int, new: str) -> None:
    source = Source("a b/Dockerfile", old)
    span = Span(source, start, end)
    report = FORMATS["sarif"](
        verdict(finding("r", ERROR, span, "m", fix=Fix("F", (Edit(span, new),)))), rules=RULES, prefix="sub/"
    )
    (change,) = json.loads(report)["runs"][0]["results"][0]["fixes"][0]["artifactChanges"]
    assert change["artifactLocation"]["uri"] == "sub/a%20b/Dockerfile"
    (replacement,) = change["replacements"]
    region = replacement["deletedRegion"]
    first, last = (
        source.line_starts[region[f"{side}Line"] - 1] + region[f"{side}Column"] - 1 for side in ("start", "end")
    )
    content = replacement.get("insertedContent", {"text": ""})["text"]
    assert old[:first] + content + old[last:] == old[:start] + new + old[end:]


def test_sarif_says_how_many_results_it_leaves_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif_module, "MAX_RESULTS", 2)
    run = sarif()
    assert [r["level"] for r in run["results"]] == ["error", "error"]  # the worst stay
    assert run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"].startswith("7 more findings")


def test_gitlab_entries_have_what_gitlab_asks_for() -> None:
    for name, make in VERDICTS.items():
        entries = json.loads(FORMATS["gitlab"](make()))
        assert len({e["fingerprint"] for e in entries}) == len(entries), name
        for entry in entries:
            assert set(entry) == {"description", "check_name", "fingerprint", "severity", "location"}
            assert entry["severity"] in {"info", "minor", "major", "critical", "blocker"}
            assert entry["location"]["lines"]["begin"] >= 1
            assert entry["location"]["path"]
            assert not entry["location"]["path"].startswith("./")
