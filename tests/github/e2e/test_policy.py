"""What a pull request does to what judges it: the policy, ignore comments, waivers, the workflow that calls the gate."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.github import events
from tests.github.e2e.stage import ALL, EVERYTHING, Ran, Stage, stage
from tests.github.e2e.worlds import BASE, CLEAN, HEAD, POLICY, POLICY_PATH, WORSE, pull_of
from tests.github.fake import Pull

WITHOUT = {path: content for path, content in BASE.items() if path != POLICY_PATH}


@pytest.fixture
def on(tmp_path: Path) -> Iterator[Stage]:
    with stage(tmp_path) as made:
        yield made


def run(on: Stage, pull: Pull, **inputs: str) -> Ran:
    return on.run(events.pull_request(on.github, pull), on.github.actions_token(**ALL), inputs=inputs)


def comment(pull: Pull) -> str:
    (made,) = pull.comments
    return made.body


def test_a_change_that_weakens_the_policy_is_judged_by_the_old_one_and_told(on: Stage) -> None:
    weak = HEAD | {POLICY_PATH: POLICY.replace("sudo-in-build: error", "sudo-in-build: off")}
    pull = pull_of(on.github, weak)
    ran = run(on, pull)
    assert ran.status == 1
    assert "This change edits the policy" in comment(pull)
    assert "The base's policy says **blocked**, with this change it would say **passed**." in comment(pull)
    assert "1 finding that would no longer block" in comment(pull)
    assert pull.base[:12] in comment(pull)


def test_a_change_that_strengthens_the_policy_passes_and_says_what_it_would_catch(on: Stage) -> None:
    pull = pull_of(
        on.github, BASE | {POLICY_PATH: "fail-on: notice\n" + POLICY, "Dockerfile": WORSE.replace("sudo ", "")}
    )
    assert run(on, pull).status == 0
    assert "2 findings that would then block" in comment(pull)


def test_a_change_that_breaks_the_policy_keeps_the_gate_closed_and_is_told(on: Stage) -> None:
    """Merged, it would close the gate for everybody."""
    pull = pull_of(on.github, BASE | {POLICY_PATH: "rulez: 1\n"})
    ran = run(on, pull)
    assert (ran.status, ran.outputs["verdict"]) == (3, "not-evaluated")
    assert "As it leaves the policy, **it cannot be used**" in comment(pull)


def test_a_broken_policy_of_the_base_keeps_the_gate_closed(on: Stage) -> None:
    pull = pull_of(on.github, HEAD, BASE | {POLICY_PATH: "rulez: 1\n"})
    ran = run(on, pull, publish=EVERYTHING)
    assert (ran.status, ran.outputs["verdict"]) == (2, "not-evaluated")
    assert "the policy cannot be used, 1 fault" in comment(pull)
    assert "the policy cannot be used" in ran.summary
    assert [r.conclusion for r in pull.repository.check_runs] == ["failure"]
    assert [s.state for s in pull.repository.statuses] == ["error"]
    assert not pull.reviews
    assert not pull.repository.sarifs  # an empty one would say that all is mended
    assert any("Nothing is uploaded" in line for line in ran.said)


def test_a_policy_that_the_change_brings_is_not_used_yet(on: Stage) -> None:
    lenient = 'rules:\n  all: "off"\n'
    pull = pull_of(on.github, WITHOUT | {"Dockerfile": WORSE, POLICY_PATH: lenient}, WITHOUT)
    ran = run(on, pull)
    assert ran.status == 1
    assert "The repository's policy is only in this change" in comment(pull)
    assert "preset `deployflow`" in " ".join(ran.said)


def test_what_the_policy_extends_is_the_base_s_too(on: Stage) -> None:
    base = BASE | {POLICY_PATH: "extends: ../gate/rules.yml\n", "gate/rules.yml": POLICY}
    pull = pull_of(on.github, base | {"gate/rules.yml": 'rules:\n  all: "off"\n', "Dockerfile": WORSE}, base)
    assert run(on, pull).status == 1
    assert "`gate/rules.yml`" in comment(pull)
    assert "with this change it would say **passed**" in comment(pull)


def test_ignore_comments_that_a_change_adds_are_named(on: Stage) -> None:
    ignored = WORSE.replace("RUN sudo", "# gate: ignore[sudo-in-build] the installer asks for it\nRUN sudo")
    pull = pull_of(on.github, BASE | {"Dockerfile": ignored})
    assert run(on, pull).status == 0
    assert "This change silences 1 finding with ignore comments" in comment(pull)
    assert "the installer asks for it" in comment(pull)


def test_ignore_comments_can_be_forbidden(on: Stage) -> None:
    base = BASE | {POLICY_PATH: "inline-ignores: forbid\n" + POLICY}
    ignored = WORSE.replace("RUN sudo", "# gate: ignore[sudo-in-build] please\nRUN sudo")
    pull = pull_of(on.github, base | {"Dockerfile": ignored}, base)
    assert run(on, pull).status == 1


def waiver(days: int) -> str:
    day = (datetime.now(UTC) + timedelta(days)).date().isoformat()
    return POLICY + (
        "waivers:\n  - rule: sudo-in-build\n    path: Dockerfile\n    reason: until the new installer\n"
        f'    expires: {day}\n    owner: "@octo/platform"\n'
    )


@pytest.mark.parametrize(("days", "said"), [(300, "silences 1 finding"), (10, "1 expires within a month")])
def test_waivers_of_the_base_count_and_those_that_end_soon_are_told(on: Stage, days: int, said: str) -> None:
    pull = pull_of(on.github, HEAD, BASE | {POLICY_PATH: waiver(days), "Dockerfile": CLEAN})
    on.github.push(pull, HEAD | {POLICY_PATH: waiver(days), "Dockerfile": WORSE.replace("latest", "3.13.1-slim")})
    ran = run(on, pull, comment="always")
    assert ran.status == 0
    assert said in comment(pull)
    assert said in ran.summary
    assert "@octo" not in comment(pull).replace("@\u200b", "@|")


def test_a_waiver_that_the_change_adds_does_not_count_yet(on: Stage) -> None:
    pull = pull_of(on.github, HEAD | {POLICY_PATH: waiver(100)})
    assert run(on, pull).status == 1
    assert "with this change it would say **passed**" in comment(pull)


def test_a_change_of_workflows_is_told(on: Stage) -> None:
    workflow = "on: push\njobs:\n  x:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n"
    pull = pull_of(on.github, HEAD | {".github/workflows/gate.yml": workflow})
    assert run(on, pull).status == 1
    assert "This change edits workflows" in comment(pull)


def test_another_policy_file_is_the_base_s_too(on: Stage) -> None:
    base = BASE | {"ci/gate.yml": POLICY}
    pull = pull_of(on.github, base | {"ci/gate.yml": 'rules:\n  all: "off"\n', "Dockerfile": WORSE}, base)
    assert run(on, pull, policy="ci/gate.yml").status == 1
    assert "edits the policy" in comment(pull)


def test_a_policy_that_neither_side_has_is_said(on: Stage) -> None:
    pull = pull_of(on.github)
    ran = run(on, pull, policy="ci/gate.yml")
    assert ran.status == 2
    assert "ci/gate.yml" in ran.log


def test_fail_on_and_path_narrow_what_blocks(on: Stage) -> None:
    pull = pull_of(on.github, HEAD | {"web/Dockerfile": CLEAN.replace("COPY", "RUN sudo x\nCOPY")})
    assert run(on, pull, **{"fail-on": "never"}).status == 0
    assert run(on, pull, path="web").outputs["errors"] == "1"
    assert run(on, pull, path="nowhere").status == 2
