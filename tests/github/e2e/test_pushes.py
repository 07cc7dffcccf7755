"""One pull request over time: pushes, re-runs, people who answer, several gates, and what stands after each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from deployflow_gate.github.marker import comment_marker, finding_marker
from tests.github import events
from tests.github.e2e.stage import ALL, EVERYTHING, Ran, Stage, posted, stage
from tests.github.e2e.worlds import BASE, BETTER, CLEAN, GOOD, HEAD, POLICY, POLICY_PATH, WORSE, pull_of
from tests.github.fake import Pull, faults

MANY = "FROM python:3.13.1-slim\n" + "".join(f"RUN sudo step{n}\n" for n in range(1, 121)) + 'CMD ["python"]\n'


@pytest.fixture
def on(tmp_path: Path) -> Iterator[Stage]:
    with stage(tmp_path) as made:
        yield made


@pytest.fixture
def pull(on: Stage) -> Pull:
    return pull_of(on.github)


def run(
    on: Stage, pull: Pull, action: str = "opened", *, token: str = "", run_id: int | None = None, **inputs: str
) -> Ran:
    given = {name.replace("_", "-"): value for name, value in inputs.items()}
    fired = events.pull_request(on.github, pull, action)
    return on.run(fired, token or on.github.actions_token(**ALL), run_id=run_id, inputs=given)


def lines(pull: Pull) -> list[int | None]:
    return sorted((c.line for c in pull.review_comments if c.reply_to is None), key=lambda line: line or 0)


def test_by_default_a_pull_request_gets_annotations_summary_comment_and_review(on: Stage, pull: Pull) -> None:
    ran = run(on, pull)
    assert ran.status == 1
    assert ran.log.count("::error file=Dockerfile,line=5,") == 1
    assert ran.log.count("::warning file=Dockerfile,line=") == 2
    assert "sudo-in-build" in ran.summary
    assert len(pull.comments) == len(pull.reviews) == 1
    assert lines(pull) == [4, 5, 7]
    assert not any(getattr(pull.repository, kind) for kind in ("check_runs", "statuses", "sarifs"))
    assert ran.outputs["new"] == "3"
    assert ran.outputs["comment-url"] == f"https://github.com/octo/app/pull/1#issuecomment-{pull.comments[0].id}"
    assert ran.outputs["check-run-url"] == ""


def test_a_suggestion_is_what_the_button_is_to_write(on: Stage, pull: Pull) -> None:
    run(on, pull)
    by_line = {c.line: c.body for c in pull.review_comments}
    assert "```suggestion\nCOPY conf.txt /app/\n```" in by_line[4]
    assert "```suggestion\nRUN make\n```" in by_line[5]
    assert '```suggestion\nCMD ["python", "app.py"]\n```' in by_line[7]


def test_a_second_push_edits_the_comment_and_repeats_nothing(on: Stage, pull: Pull) -> None:
    run(on, pull)
    before = posted(pull)
    on.github.push(pull, HEAD | {"Dockerfile": "# a line above\n" + WORSE})
    run(on, pull, "synchronize")
    after = posted(pull)
    assert [c[0] for c in after["comments"]] == [c[0] for c in before["comments"]]
    assert pull.head in after["comments"][0][2]
    assert [c[0] for c in after["inline"]] == [c[0] for c in before["inline"]]
    assert lines(pull) == [5, 6, 8]
    assert after["reviews"] == before["reviews"]


def test_what_was_mended_is_taken_away_and_what_is_new_is_added(on: Stage, pull: Pull) -> None:
    run(on, pull)
    first = {c.line: c.id for c in pull.review_comments}
    on.github.push(pull, BETTER | {"api/Dockerfile": CLEAN.replace("COPY", "ADD")})
    ran = run(on, pull, "synchronize")
    assert ran.status == 0
    assert [c.id for c in pull.review_comments if c.path == "Dockerfile"] == [first[4], first[7]]
    assert [(c.path, c.line) for c in pull.review_comments][2:] == [("api/Dockerfile", 3)]
    (comment,) = pull.comments
    assert "passed with 3 warnings" in comment.body


def test_a_comment_that_was_answered_stays(on: Stage, pull: Pull) -> None:
    run(on, pull)
    sudo = next(c for c in pull.review_comments if c.line == 5)
    on.github.reply(sudo, "We need it.")
    on.github.push(pull, GOOD)
    assert run(on, pull, "synchronize").status == 0
    assert [c.body for c in pull.review_comments] == [sudo.body, "We need it."]


def test_a_run_that_runs_again_changes_nothing(on: Stage, pull: Pull) -> None:
    run(on, pull, run_id=5, publish="comment review check-run status sarif")
    before = posted(pull)
    ran = run(on, pull, run_id=5, publish="comment review check-run")
    assert posted(pull) == before
    assert ran.outputs["comment-url"]


def test_another_attempt_has_a_check_run_of_its_own_and_nothing_else_twice(on: Stage, pull: Pull) -> None:
    run(on, pull, run_id=5, publish=EVERYTHING)
    fired = events.pull_request(on.github, pull)
    on.run(fired, on.github.actions_token(**ALL), run_id=5, attempt=2, inputs={"publish": EVERYTHING})
    assert len(pull.comments) == len(pull.reviews) == 1
    assert lines(pull) == [4, 5, 7]
    assert [r.external_id[-4:] for r in pull.repository.check_runs] == [":5:1", ":5:2"]
    assert "attempts/2" in pull.comments[0].body


def test_passing_after_failing_updates_the_comment_and_passing_at_once_makes_none(on: Stage, pull: Pull) -> None:
    on.github.push(pull, GOOD)
    assert run(on, pull).status == 0
    assert not pull.comments
    assert not pull.reviews
    on.github.push(pull, HEAD)
    assert run(on, pull).status == 1
    identifier = pull.comments[0].id
    on.github.push(pull, GOOD)
    assert run(on, pull).status == 0
    assert [c.id for c in pull.comments] == [identifier]
    assert "✅ deployflow-gate: passed" in pull.comments[0].body
    assert not pull.review_comments


@pytest.mark.parametrize(
    ("mode", "on_failure", "on_success"), [("always", 1, 1), ("on-failure", 1, 0), ("never", 0, 0)]
)
def test_the_modes_of_the_comment(on: Stage, mode: str, on_failure: int, on_success: int) -> None:
    github = on.github
    app = github.add_repository("octo/app", {"main": BASE, "bad": HEAD, "good": GOOD})
    bad, good = github.open_pull(app, "bad"), github.open_pull(app, "good")
    assert (run(on, bad, comment=mode).status, run(on, good, comment=mode).status) == (1, 0)
    assert (len(bad.comments), len(good.comments)) == (on_failure, on_success)


def test_surplus_comments_of_ours_go_and_those_of_people_stay(on: Stage, pull: Pull) -> None:
    run(on, pull)
    github = on.github
    ours = pull.comments[0]
    theirs = github.comment(pull, ours.body)
    quoted = github.comment(pull, f"> {ours.body}")
    double = github.comment(pull, ours.body, github.actions_bot)
    on.github.push(pull, BETTER)
    run(on, pull, "synchronize")
    assert [c.id for c in pull.comments] == [ours.id, theirs.id, quoted.id]
    assert theirs.body != ours.body == pull.comments[0].body
    assert double not in pull.comments


def test_a_person_s_comment_with_our_marker_comes_first_and_is_left_alone(on: Stage, pull: Pull) -> None:
    spoofed = f"{comment_marker('default')}\n## ✅ deployflow-gate: passed"
    forged = on.github.comment(pull, spoofed)
    run(on, pull)
    assert forged.body == spoofed
    assert len(pull.comments) == 2
    assert pull.comments[1].user.login == "github-actions[bot]"


def test_an_inline_comment_of_a_person_with_our_marker_stops_no_comment_of_ours(on: Stage, pull: Pull) -> None:
    run(on, pull)
    sudo = next(c for c in pull.review_comments if c.line == 5)
    pull.review_comments.remove(sudo)
    pull.reviews.clear()
    other = next(c for c in pull.review_comments if c.line == 4)
    answer = on.github.reply(other, sudo.body)  # a copy of the marker, in an answer
    assert answer.body.startswith(finding_marker("default", "")[:40])
    run(on, pull)
    assert [c.line for c in pull.review_comments if c.user.type == "Bot" and "sudo-in-build" in c.body] == [5]


def test_a_token_of_a_person_knows_its_own_posts(on: Stage, pull: Pull) -> None:
    token = on.github.personal_token("octocat")
    run(on, pull, token=token)
    before = posted(pull)
    on.github.push(pull, HEAD | {"more.txt": "x"})
    run(on, pull, "synchronize", token=token)
    after = posted(pull)
    assert [c[:2] for c in after["comments"]] == [(before["comments"][0][0], "octocat")]
    assert after["inline"] == before["inline"]


def test_two_gates_side_by_side_leave_each_other_alone(on: Stage, pull: Pull) -> None:
    everything = "comment review check-run status sarif"
    run(on, pull, publish=everything)
    run(on, pull, publish=everything, instance="api")
    assert [c.body.split("\n")[0] for c in pull.comments] == [comment_marker("default"), comment_marker("api")]
    assert [r.name for r in pull.repository.check_runs] == ["deployflow-gate", "deployflow-gate (api)"]
    assert {s.context for s in pull.repository.statuses} == {"deployflow-gate", "deployflow-gate (api)"}
    assert len({s.document["runs"][0]["automationDetails"]["id"] for s in pull.repository.sarifs}) == 2
    assert lines(pull) == [4, 4, 5, 5, 7, 7]
    before = posted(pull)
    on.github.push(pull, GOOD)
    run(on, pull, "synchronize", instance="api")
    assert [c.id for c in pull.review_comments] == [c[0] for c in before["inline"] if ":v1:default:" in c[4]]
    assert pull.comments[0].body == before["comments"][0][2]
    assert "passed" in pull.comments[1].body


def test_a_renamed_file_s_old_findings_are_still_old(on: Stage, pull: Pull) -> None:
    on.github.push(pull, {p: c for p, c in BASE.items() if p != "Dockerfile"} | {"api/Dockerfile": BASE["Dockerfile"]})
    ran = run(on, pull)
    assert (ran.status, ran.outputs["new"]) == (0, "0")
    assert "1 pre-existing" in ran.summary
    assert not pull.comments


def test_a_file_that_was_renamed_and_made_worse_answers_for_that_only(on: Stage, pull: Pull) -> None:
    moved = BASE["Dockerfile"].replace("COPY", "RUN sudo make\nCOPY")
    on.github.push(pull, {p: c for p, c in BASE.items() if p != "Dockerfile"} | {"api/Dockerfile": moved})
    ran = run(on, pull)
    assert (ran.status, ran.outputs["new"]) == (1, "1")
    assert [(c.path, c.line) for c in pull.review_comments] == [("api/Dockerfile", 3)]


def test_a_deleted_file_has_no_findings(on: Stage, pull: Pull) -> None:
    on.github.push(pull, {path: content for path, content in BASE.items() if path != "Dockerfile"})
    ran = run(on, pull)
    assert (ran.status, ran.outputs["verdict"]) == (0, "passed")
    assert not pull.review_comments
    assert "no file here that the gate judges" in ran.summary


def test_a_new_base_is_what_is_compared_with(on: Stage, pull: Pull) -> None:
    """`edited`: on the other base the finding is not pre-existing, and its comment says so."""
    github = on.github
    on.github.push(pull, BASE | {"conf.txt": "y\n"})
    assert run(on, pull).status == 0
    github.commit(pull.repository, GOOD, branch="release")
    github.retarget(pull, "release")
    ran = run(on, pull, "edited")
    assert ran.status == 1
    assert "latest-image" in pull.comments[0].body


def test_an_older_run_that_ends_later_does_not_overwrite_a_newer_one(on: Stage, pull: Pull) -> None:
    old = events.pull_request(on.github, pull)
    on.github.push(pull, GOOD | {"api/Dockerfile": WORSE.replace("latest", "3.13.1-slim")})
    run(on, pull, "synchronize", run_id=9001)
    before = posted(pull)
    ran = on.run(old, on.github.actions_token(**ALL), run_id=9000)
    assert ran.status == 1
    assert posted(pull) == before
    assert any("a newer run wrote it" in line for line in ran.said)
    assert any("newer commit" in line for line in ran.said)


@pytest.mark.parametrize(("most", "shown"), [("", 10), ("0", 0), ("3", 3), ("100", 100)])
def test_inline_comments_are_as_many_as_wanted(on: Stage, pull: Pull, most: str, shown: int) -> None:
    on.github.push(pull, BASE | {"Dockerfile": MANY})
    ran = run(on, pull, max_review_comments=most)
    assert ran.outputs["new"] == "120"
    assert len(pull.review_comments) == shown
    assert len(pull.reviews) == -(-shown // 30)
    assert pull.comments[0].body.count("sudo-in-build.md") == 120
    assert ran.summary.count("sudo-in-build.md") == 120


def test_a_check_run_gets_its_annotations_in_batches_and_an_end(on: Stage, pull: Pull) -> None:
    on.github.push(pull, BASE | {"Dockerfile": MANY})
    ran = run(on, pull, publish="check-run")
    (made,) = pull.repository.check_runs
    assert [len(r.json["output"]["annotations"]) for r in on.github.mutations] == [50, 50, 20]  # type: ignore[index]
    assert [a["start_line"] for a in made.annotations] == list(range(2, 122))
    assert (made.status, made.conclusion, made.head) == ("completed", "failure", pull.head)
    assert ran.outputs["check-run-url"].endswith(str(made.id))


def test_status_and_upload_are_of_the_head_commit(on: Stage, pull: Pull) -> None:
    run(on, pull, publish="status sarif")
    (status,), (upload,) = pull.repository.statuses, pull.repository.sarifs
    assert (status.sha, status.state, status.context) == (pull.head, "failure", "deployflow-gate")
    assert status.description == "Blocked by 1 error"
    assert (upload.commit, upload.ref) == (pull.head, "refs/pull/1/head")
    results = upload.document["runs"][0]["results"]
    assert sorted(r["ruleId"] for r in results if not r.get("suppressions")) == [
        "add-for-copy",
        "shell-form-command",
        "sudo-in-build",
    ]


@pytest.mark.parametrize(("scope", "new", "counted"), [("new", "3", 3), ("changed", "3", 4), ("all", "3", 4)])
def test_the_scope_says_what_counts(on: Stage, pull: Pull, scope: str, new: str, counted: int) -> None:
    ran = run(on, pull, scope=scope)
    assert ran.outputs["new"] == new
    assert sum(f["suppressed"] is None for f in ran.report["findings"]) == counted


def test_nothing_to_judge_passes_at_once_and_still_reports(on: Stage, pull: Pull) -> None:
    github = on.github
    app = github.add_repository("octo/docs", {"main": {"README.md": "#\n"}, "more": {"README.md": "# More\n"}})
    pull = github.open_pull(app, "more")
    ran = run(on, pull, publish=EVERYTHING)
    assert (ran.status, ran.outputs["verdict"]) == (0, "passed")
    assert "no file here that the gate judges" in ran.summary
    assert not pull.comments
    assert [r.conclusion for r in app.check_runs] == ["success"]
    assert [s.state for s in app.statuses] == ["success"]
    assert len(github.requests) < 15


@pytest.mark.parametrize("slice_name", ["ghes-3.17", "ghes-3.19"])
def test_an_enterprise_server_gets_the_same(tmp_path: Path, slice_name: str) -> None:
    with stage(tmp_path, slice_name) as on:
        pull = pull_of(on.github)
        ran = run(on, pull, publish=EVERYTHING)
        assert ran.status == 1
        assert len(pull.comments) == len(pull.reviews) == len(pull.repository.check_runs) == 1
        assert on.github.server_url in pull.comments[0].body
        assert "https://github.com/octo" not in pull.comments[0].body
        assert on.github.url.endswith("/api/v3")
        assert ran.outputs["comment-url"].startswith(f"{on.github.server_url}/octo/app/pull/1")


def test_a_conflict_is_judged_all_the_same(on: Stage) -> None:
    """The event is not sent while there is a conflict; it can arise before the run starts."""
    github = on.github
    app = github.add_repository("octo/app", {"main": BASE, "fix": HEAD})
    pull = github.open_pull(app, "fix")
    github.advance(app, "main", {"Dockerfile": CLEAN})
    github.push(pull, HEAD | {"conf.txt": "z\n"})
    assert pull.merge is None
    ran = run(on, pull)
    assert ran.status == 1
    assert lines(pull) == [4, 5, 7]


def test_what_the_base_did_since_is_not_held_against_the_change(on: Stage, pull: Pull) -> None:
    on.github.push(pull, BASE | {"conf.txt": "z\n"})
    on.github.advance(pull.repository, "main", {"Dockerfile": CLEAN, "app.py": "print(2)\n"})
    on.github.push(pull, BASE | {"conf.txt": "zz\n"})
    ran = run(on, pull)
    assert (ran.status, ran.outputs["new"]) == (0, "0")


def test_a_private_repository_needs_what_the_documentation_says(on: Stage) -> None:
    github = on.github
    app = github.add_repository("octo/app", {"main": BASE, "fix": HEAD}, private=True)
    pull = github.open_pull(app, "fix")
    token = github.actions_token(repository="octo/app", contents="read", pull_requests="write")
    assert run(on, pull, token=token).status == 1
    assert len(pull.comments) == len(pull.reviews) == 1
    ran = run(on, pull, token=github.actions_token(repository="octo/app", pull_requests="write"))
    assert (ran.status, ran.outputs["verdict"]) == (3, "not-evaluated")
    assert "Give the job `contents: read`" in ran.log
    assert "Give the job `contents: read`" in ran.summary
    assert "could not evaluate 1 thing" in pull.comments[0].body
    assert len(pull.review_comments) == 3


def test_the_base_s_policy_decides(on: Stage) -> None:
    lenient = POLICY.replace("sudo-in-build: error", "sudo-in-build: warning")
    pull = pull_of(on.github, HEAD, BASE | {POLICY_PATH: lenient})
    ran = run(on, pull)  # HEAD has the stricter one
    assert ran.status == 0
    assert "This change edits the policy" in pull.comments[0].body


def test_what_no_permission_changes_asks_for_none(on: Stage, pull: Pull) -> None:
    pull.locked = True
    pull.repository.code_scanning = "forbidden"
    ran = run(on, pull, publish="comment sarif")
    assert ran.status == 1
    comment, sarif = (line.removeprefix("Not shown as ") for line in ran.said if line.startswith("Not shown"))
    assert comment == (
        "comment: GitHub refused (403): Unable to create comment because issue is locked. See the summary instead."
    )
    assert sarif == (
        "sarif: GitHub refused (403): Advanced Security must be enabled for this repository to use code scanning. See the summary "
        "instead."
    )
    assert "sudo-in-build" in ran.summary


def test_a_server_without_code_scanning_is_told_in_a_line(on: Stage, pull: Pull) -> None:
    pull.repository.code_scanning = "missing"
    ran = run(on, pull, publish="sarif")
    assert ran.status == 1
    assert any(line.startswith("Not shown as sarif: GitHub refused (404): Not Found.") for line in ran.said)


def test_a_comment_that_somebody_deletes_meanwhile_is_made_anew(on: Stage, pull: Pull) -> None:
    run(on, pull)
    on.github.push(pull, BETTER)
    was = pull.comments[0]
    listed = on.github.inject(faults.slow(0), "GET /repos/*/issues/*/comments")
    strikes = listed.strikes

    def deleted(method: str, path: str, body: object) -> bool:
        """Right before it is to be edited."""
        if method == "PATCH" and was in pull.comments:
            pull.comments.remove(was)
        return strikes(method, path, body)

    listed.strikes = deleted  # type: ignore[method-assign]
    ran = run(on, pull, "synchronize")
    (made,) = pull.comments
    assert made.id != was.id
    assert ran.outputs["comment-url"].endswith(str(made.id))
