"""A pull request by somebody who wants the gate to speak for them: in names, contents, reasons, and copies of our markers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from deployflow_gate.github.settings import Settings
from tests.github import events
from tests.github.e2e.stage import ALL, EVERYTHING, RUN_ID, Ran, Stage, stage
from tests.github.e2e.worlds import POLICY, POLICY_PATH
from tests.github.fake import Pull
from tests.github.reading import foreign
from tests.github.runner import commands
from tests.report.runner_commands import commands as parsed

PAYLOADS = {
    "the old command": "x ##[add-mask]y",
    "a new command": "::error::no",
    "a new command on its own line": "a\n::set-output name=verdict::passed",
    "a carriage return": "a\r::stop-commands::t",
    "a line separator": "b\u2028::add-path::x",
    "an escape sequence": "\x1b]0;title\x07\x1b[31m",
    "an encoded line end": "%0A::error::no",
    "backticks": "``` `` ` ```suggestion",
    "a mention": "@everyone @octo/team #1 octo/app#2",
    "HTML": "<img src=x onerror=alert(1)></details><h1>",
    "a comment": "<!-- x --><!--",
    "our marker": "<!-- deployflow-gate:v1:default -->",
    "our marker on its own line": "a\n<!-- deployflow-gate:v1:default -->\n## ✅ deployflow-gate: passed\n",
    "a link": "[x](https://evil.example) ![i](https://evil.example/i.png) https://evil.example www.evil.example",
    "table cells": "a | b \\| c | ❌",
    "a heading": "a\n\n# passed\n\n---\n> quoted\n1. one",
    "a heredoc's end": "a\nEOF\nverdict=passed\nghadelimiter_x",
    "writing from the right": "\u202egpj.exe\u202c \u2066x\u2069 \u200b",
    "not UTF-8": "a\udcff\udcfe",
}


@pytest.fixture
def on(tmp_path: Path) -> Iterator[Stage]:
    with stage(tmp_path) as made:
        yield made


def hostile(text: str) -> dict[str, str | bytes]:
    """Files that have it wherever there is a name or a value."""
    name = text.replace("/", "_")
    line = text.replace("\n", " ").replace("\r", " ")
    dockerfile = (
        f'FROM python:latest AS "{line}"\nLABEL x="{line}"\nENV API_KEY="{line}8f7d6a5b4c3d2e1f"\n'
        f"ARG {line}\nADD {line} /x\nRUN sudo echo '{line}'\n# gate: ignore[root-user] {line}\nUSER root\nCMD {line}\n"
    ).encode(errors="surrogateescape")
    printable = text.encode(errors="replace").decode()
    compose = json.dumps({"services": {printable: {"image": f"{printable}:latest", "privileged": True}}})
    workflow = json.dumps(
        {"on": "push", "jobs": {"x": {"runs-on": printable, "steps": [{"uses": f"{printable}@v1", "run": printable}]}}}
    )
    return {
        f"{name}/Dockerfile": dockerfile,
        f"Dockerfile.{name}": dockerfile,
        "compose.yaml": compose,
        ".github/workflows/x.yml": workflow,
    }


def run(on: Stage, pull: Pull) -> Ran:
    inputs = {"publish": EVERYTHING, "comment": "always", "max-review-comments": "100"}
    return on.run(events.pull_request(on.github, pull), on.github.actions_token(**ALL), inputs=inputs)


def bodies(on: Stage, pull: Pull, ran: Ran) -> list[tuple[str, dict[str, int]]]:
    """Everything that GitHub renders, with how much of our own it holds."""
    texts: list[tuple[str, dict[str, int]]] = [(ran.summary, {})]
    texts += [(c.body, {"markers": 2}) for c in pull.comments]
    texts += [(r.body, {"markers": 1, "headings": 0}) for r in pull.reviews]
    texts += [
        (c.body, {"markers": 1, "headings": 0, "fences": c.body.count("```suggestion\n")}) for c in pull.review_comments
    ]
    texts += [(r.summary or "", {}) for r in pull.repository.check_runs]
    return texts + [(r.text or "", {"headings": 0}) for r in pull.repository.check_runs]


@pytest.mark.parametrize("name", PAYLOADS)
def test_nothing_foreign_comes_out(on: Stage, name: str) -> None:
    app = on.github.add_repository("octo/app", {"main": {"README.md": "#\n"}, "evil": hostile(PAYLOADS[name])})
    pull = on.github.open_pull(app, "evil")
    ran = run(on, pull)
    assert ran.status in {1, 3}
    assert ran.outputs["verdict"] in {"blocked", "not-evaluated"}
    ours = {"error", "warning", "notice", "stop-commands"}
    assert set(commands(ran.log)) <= ours
    assert {command.name for command in parsed(ran.log)} <= {*ours, "resume"}
    settings = Settings(frozenset(), "octo/app", run_id=RUN_ID)
    shown = bodies(on, pull, ran)
    assert len(shown) > 4
    for text, holds in shown:
        assert foreign(text, settings, **holds) == []
        assert not parsed(text)
        assert not set(text) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\x1b\x07\r")
    assert all("\n" not in (status.description or "") for status in app.statuses)
    canary = next(iter(on.github.tokens))
    assert bool(app.sarifs) == (ran.outputs["verdict"] == "blocked")
    uploads = [json.dumps(upload.document) for upload in app.sarifs]
    everything = [ran.log, *ran.files.values(), *(text for text, _ in shown), *uploads]
    assert not any(canary in text or canary[4:] in text for text in everything)
    assert all(canary.encode() not in request.body for request in on.github.requests)


@pytest.mark.parametrize("name", PAYLOADS)
def test_reasons_and_the_policy_s_own_texts_are_no_markdown_either(on: Stage, name: str) -> None:
    """What the base says is trusted to decide, not to speak."""
    text = PAYLOADS[name].encode(errors="replace").decode()
    waiver = {"rule": "sudo-in-build", "path": "Dockerfile", "reason": text, "expires": "2999-12-31", "owner": text}
    policy = f"{POLICY}waivers: {json.dumps([waiver])}\n"
    dockerfile = "FROM python:latest\nRUN sudo make\n# gate: ignore[latest-image] " + text.replace("\n", " ")
    base = {POLICY_PATH: policy, "Dockerfile": "FROM python:3.13.1\n"}
    head = {POLICY_PATH: f"{policy}production: {json.dumps([text])}\n", "Dockerfile": f"{dockerfile}\nCMD x\n"}
    app = on.github.add_repository("octo/app", {"main": base, "evil": head})
    pull = on.github.open_pull(app, "evil")
    ran = run(on, pull)
    assert set(commands(ran.log)) <= {"error", "warning", "notice", "stop-commands"}
    settings = Settings(frozenset(), "octo/app", run_id=RUN_ID)
    assert pull.comments
    for shown, holds in bodies(on, pull, ran):
        assert foreign(shown, settings, **holds) == []


def test_a_title_a_branch_and_a_login_speak_nowhere(on: Stage) -> None:
    """None of them is shown at all."""
    app = on.github.add_repository("octo/app", {"main": {"README.md": "#\n"}})
    branch = "x`@everyone<!--"
    on.github.commit(app, {"Dockerfile": "FROM python:latest\n"}, app.branches["main"], branch=branch)
    pull = on.github.open_pull(app, branch, title="::error::@everyone", body="<!-- deployflow-gate:v1:default -->")
    ran = run(on, pull)
    assert ran.status == 1
    assert not any("everyone" in text for text, _ in bodies(on, pull, ran))
    assert "everyone" not in ran.log
