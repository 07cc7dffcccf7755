"""What counts of a change: new against old, the base's policy against the head's."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deployflow_gate.github.inputs import EnvironmentFault
from deployflow_gate.github.judged import Judgement, Scope
from deployflow_gate.policy.verdict import Outcome

from .trees import BASE, HEAD, TIP, Files, Link, judged, whole

POLICY = ".github/deployflow.yml"
ONLY = "extends: minimal\nrules:\n  all: off\n  latest-image: error\n"
SILENT = "extends: minimal\nrules:\n  all: off\n"
LATEST = 'FROM debian:latest\nUSER 10001\nCMD ["x"]\n'
FIXED = 'FROM debian:12.5-slim\nUSER 10001\nCMD ["x"]\n'
OTHER = 'FROM alpine:latest\nUSER 10001\nCMD ["x"]\n'


def counting(judgement: Judgement) -> list[tuple[str, str, int]]:
    return [(f.rule, f.path, f.line) for f in judgement.verdict.active]


def old(judgement: Judgement) -> list[tuple[str, str]]:
    return [(f.rule, f.path) for f in judgement.pre_existing]


# --- new, changed, all ---


def test_what_the_base_has_is_shown_and_does_not_block() -> None:
    base: Files = {POLICY: ONLY, "Dockerfile": LATEST}
    judgement = judged(base, {**base, "README.md": "x"})
    assert judgement.verdict.outcome is Outcome.PASSED
    assert (counting(judgement), old(judgement)) == ([], [("latest-image", "Dockerfile")])
    assert judgement.new == frozenset()


def test_what_is_new_blocks() -> None:
    base: Files = {POLICY: ONLY, "Dockerfile": LATEST}
    judgement = judged(base, {**base, "api/Dockerfile": LATEST})
    assert judgement.verdict.outcome is Outcome.BLOCKED
    assert counting(judgement) == [("latest-image", "api/Dockerfile", 1)]
    assert judgement.new == frozenset({judgement.verdict.active[0].fingerprint})


def test_an_old_finding_on_another_line_is_still_old() -> None:
    judgement = judged({POLICY: ONLY, "Dockerfile": LATEST}, {POLICY: ONLY, "Dockerfile": "# why\n\n" + LATEST})
    assert (counting(judgement), old(judgement)) == ([], [("latest-image", "Dockerfile")])


def test_one_more_of_the_same_is_new() -> None:
    judgement = judged({POLICY: ONLY, "Dockerfile": LATEST}, {POLICY: ONLY, "Dockerfile": LATEST + LATEST})
    assert counting(judgement) == [("latest-image", "Dockerfile", 4)]


@pytest.mark.parametrize(
    ("scope", "paths"),
    [
        (Scope.NEW, ["new/Dockerfile"]),
        (Scope.CHANGED, ["edited/Dockerfile", "new/Dockerfile"]),
        (Scope.ALL, ["edited/Dockerfile", "new/Dockerfile", "old/Dockerfile"]),
    ],
)
def test_scopes(scope: Scope, paths: list[str]) -> None:
    base: Files = {POLICY: ONLY, "old/Dockerfile": LATEST, "edited/Dockerfile": LATEST}
    head = {**base, "new/Dockerfile": LATEST, "edited/Dockerfile": LATEST + "# more\n"}
    judgement = judged(base, head, scope=scope)
    assert [path for _, path, _ in counting(judgement)] == paths
    assert judgement.new is not None
    assert len(judgement.new) == 1


def test_what_a_change_does_to_another_file_is_new_in_every_scope() -> None:
    policy = "extends: minimal\nrules:\n  all: off\n  ignored-copy-source: error\n"
    base: Files = {POLICY: policy, "Dockerfile": "FROM x:1\nCOPY app /app\n", "app/a": "", ".dockerignore": "b\n"}
    for scope in Scope:
        judgement = judged(base, {**base, ".dockerignore": "app\n"}, scope=scope)
        assert counting(judgement) == [("ignored-copy-source", "Dockerfile", 2)]


def test_a_push_has_nothing_to_compare_with() -> None:
    judgement = whole({POLICY: ONLY, "Dockerfile": LATEST})
    assert counting(judgement) == [("latest-image", "Dockerfile", 1)]
    assert (judgement.base, judgement.new, judgement.preview, judgement.changed) == (None, None, None, frozenset())


def test_nothing_to_judge_passes_and_says_so() -> None:
    judgement = judged({"a.py": "1"}, {"a.py": "2"})
    assert judgement.verdict.outcome is Outcome.PASSED
    assert judgement.verdict.files == ()
    assert judgement.policy_source.startswith("There is no `.github/deployflow.yml` at `bbbbbbbbbbbb`, the base")


# --- renames and deletions ---


def test_a_moved_file_keeps_its_old_findings() -> None:
    judgement = judged({POLICY: ONLY, "Dockerfile": LATEST}, {POLICY: ONLY, "build/Dockerfile": LATEST})
    assert (counting(judgement), old(judgement)) == ([], [("latest-image", "build/Dockerfile")])
    assert judgement.renamed == {"build/Dockerfile": "Dockerfile"}
    assert judgement.removed == {"Dockerfile"}


def test_a_moved_and_edited_file_keeps_its_old_findings_and_answers_for_new_ones() -> None:
    long = LATEST + "".join(f"ENV A{i}={i}\n" for i in range(20))
    judgement = judged({POLICY: ONLY, "Dockerfile": long}, {POLICY: ONLY, "api/Dockerfile": OTHER + long})
    assert counting(judgement) == [("latest-image", "api/Dockerfile", 1)]
    assert old(judgement) == [("latest-image", "api/Dockerfile")]
    assert judgement.renamed == {"api/Dockerfile": "Dockerfile"}


def test_a_copy_is_new() -> None:
    base: Files = {POLICY: ONLY, "Dockerfile": LATEST}
    judgement = judged(base, {**base, "copy/Dockerfile": LATEST})
    assert counting(judgement) == [("latest-image", "copy/Dockerfile", 1)]
    assert judgement.renamed == {}


def test_one_gone_file_pays_for_one_new_file() -> None:
    judgement = judged(
        {POLICY: ONLY, "Dockerfile": LATEST}, {POLICY: ONLY, "a/Dockerfile": LATEST, "b/Dockerfile": LATEST}
    )
    assert counting(judgement) == [("latest-image", "b/Dockerfile", 1)]


def test_of_several_gone_files_the_one_of_the_same_name_moved() -> None:
    base: Files = {POLICY: ONLY, "a/api.Dockerfile": LATEST, "a/web.Dockerfile": LATEST}
    judgement = judged(base, {POLICY: ONLY, "b/web.Dockerfile": LATEST, "b/api.Dockerfile": LATEST})
    assert judgement.renamed == {"b/api.Dockerfile": "a/api.Dockerfile", "b/web.Dockerfile": "a/web.Dockerfile"}


def test_an_unlike_file_in_place_of_a_gone_one_is_new() -> None:
    judgement = judged(
        {POLICY: ONLY, "Dockerfile": LATEST},
        {POLICY: ONLY, "api/Dockerfile": "FROM debian:latest\n" + "".join(f"RUN step {i}\n" for i in range(9))},
    )
    assert counting(judgement) == [("latest-image", "api/Dockerfile", 1)]


def test_a_file_moved_to_where_the_policy_is_stricter_answers_for_it() -> None:
    policy = "extends: minimal\nrules:\n  all: off\npaths:\n  - paths: [prod/**]\n    rules: {latest-image: error}\n"
    judgement = judged({POLICY: policy, "dev/Dockerfile": LATEST}, {POLICY: policy, "prod/Dockerfile": LATEST})
    assert counting(judgement) == [("latest-image", "prod/Dockerfile", 1)]


def test_a_deleted_file_has_no_findings() -> None:
    judgement = judged({POLICY: ONLY, "Dockerfile": LATEST}, {POLICY: ONLY})
    assert (judgement.verdict.findings, judgement.verdict.outcome) == ((), Outcome.PASSED)
    assert judgement.removed == {"Dockerfile"}


def test_a_finding_that_an_ignore_had_silenced_is_new_without_it() -> None:
    ignored = "# gate: ignore[latest-image] for now\n" + LATEST
    judgement = judged({POLICY: ONLY, "Dockerfile": ignored}, {POLICY: ONLY, "Dockerfile": LATEST})
    assert counting(judgement) == [("latest-image", "Dockerfile", 1)]


# --- what could not be judged ---

BROKEN = "services: [\n"


def test_a_file_that_a_change_breaks_keeps_the_gate_closed() -> None:
    judgement = judged({POLICY: ONLY, "compose.yml": "services: {}\n"}, {POLICY: ONLY, "compose.yml": BROKEN})
    assert judgement.verdict.outcome is Outcome.NOT_EVALUATED


@pytest.mark.parametrize("scope", [Scope.NEW, Scope.CHANGED])
def test_a_file_that_was_broken_before_is_noted(scope: Scope) -> None:
    base: Files = {POLICY: SILENT, "compose.yml": BROKEN}
    judgement = judged(base, {**base, "README.md": ""}, scope=scope)
    assert judgement.verdict.outcome is Outcome.PASSED
    assert len(judgement.verdict.notes) == 1
    assert judgement.verdict.notes[0].startswith("compose.yml: ")
    assert "before this change" in judgement.verdict.notes[0]


def test_a_file_that_was_broken_before_keeps_the_gate_closed_where_everything_counts() -> None:
    base: Files = {POLICY: SILENT, "compose.yml": BROKEN}
    assert judged(base, base, scope=Scope.ALL).verdict.outcome is Outcome.NOT_EVALUATED
    assert whole(base).verdict.outcome is Outcome.NOT_EVALUATED


def test_a_broken_file_that_is_edited_is_not_excused() -> None:
    judgement = judged({POLICY: SILENT, "compose.yml": BROKEN}, {POLICY: SILENT, "compose.yml": BROKEN + "# x\n"})
    assert judgement.verdict.outcome is Outcome.NOT_EVALUATED


def test_a_file_s_name_cannot_excuse_another_file() -> None:
    base: Files = {POLICY: SILENT, "a/compose.yml": BROKEN}
    sentence = judged(base, base, scope=Scope.ALL).verdict.incomplete[0]
    for name in ("a/compose.yml: x/compose.yml", sentence.replace("/", "_") + "/compose.yml"):
        assert judged(base, {**base, name: BROKEN}).verdict.outcome is Outcome.NOT_EVALUATED


# --- focus ---


def test_a_focus_keeps_the_findings_of_a_folder() -> None:
    base: Files = {POLICY: ONLY, "api/Dockerfile": FIXED, "web/Dockerfile": FIXED}
    judgement = judged(base, {POLICY: ONLY, "api/Dockerfile": LATEST, "web/Dockerfile": LATEST}, focus="web")
    assert counting(judgement) == [("latest-image", "web/Dockerfile", 1)]
    assert judgement.verdict.files == ("web/Dockerfile",)


def test_a_focus_that_a_change_deletes_is_no_fault() -> None:
    base: Files = {POLICY: ONLY, "api/Dockerfile": FIXED}
    assert judged(base, {POLICY: ONLY}, focus="api").verdict.outcome is Outcome.PASSED
    with pytest.raises(EnvironmentFault, match="`apo`, and the repository has no file there"):
        judged(base, base, focus="apo")


# --- the policy is the base's ---


def test_a_change_does_not_judge_itself() -> None:
    judgement = judged({POLICY: ONLY, "Dockerfile": FIXED}, {POLICY: SILENT, "Dockerfile": LATEST})
    assert judgement.verdict.outcome is Outcome.BLOCKED
    assert judgement.policy_source.startswith(f"The policy is `{POLICY}` at `bbbbbbbbbbbb`, the base. Its digest is `")
    preview = judgement.preview
    assert preview is not None
    assert preview.changed == (POLICY,)
    assert preview.verdict is not None
    assert preview.verdict.outcome is Outcome.PASSED
    assert [f.rule for f in preview.freed] == ["latest-image"]
    assert (preview.caught, preview.faults) == ((), ())
    assert (preview.policy.commit, judgement.policy.commit) == (HEAD, BASE)
    assert preview.policy.digest != judgement.policy.digest


def test_a_stricter_policy_is_previewed_for_this_change_only() -> None:
    base: Files = {POLICY: SILENT, "old/Dockerfile": LATEST}
    judgement = judged(base, {POLICY: ONLY, "old/Dockerfile": LATEST, "new/Dockerfile": LATEST})
    assert judgement.verdict.outcome is Outcome.PASSED
    assert judgement.preview is not None
    assert judgement.preview.verdict is not None
    assert judgement.preview.verdict.outcome is Outcome.BLOCKED
    assert [f.path for f in judgement.preview.caught] == ["new/Dockerfile"]


def test_a_file_that_the_policy_extends_counts_as_policy() -> None:
    base: Files = {POLICY: "extends: ../ci/base.yml\n", "ci/base.yml": ONLY, "Dockerfile": FIXED}
    judgement = judged(base, {**base, "ci/base.yml": SILENT, "Dockerfile": LATEST})
    assert judgement.verdict.outcome is Outcome.BLOCKED
    assert judgement.preview is not None
    assert judgement.preview.changed == ("ci/base.yml",)


@pytest.mark.parametrize(
    "text", [ONLY + "# a comment\n", "rules:\n  all: off\n  latest-image: error\nextends: minimal\n"]
)
def test_a_policy_in_other_words_is_no_change_of_it(text: str) -> None:
    assert judged({POLICY: ONLY}, {POLICY: text}).preview is None


def test_a_change_that_leaves_the_policy_alone_has_no_preview() -> None:
    assert judged({POLICY: ONLY}, {POLICY: ONLY, "Dockerfile": LATEST}).preview is None


def test_the_policy_is_the_tip_s_and_its_edits_there_are_none_of_the_change() -> None:
    base: Files = {POLICY: SILENT, "Dockerfile": FIXED}
    judgement = judged(base, {POLICY: SILENT, "Dockerfile": LATEST}, {POLICY: ONLY, "Dockerfile": FIXED})
    assert judgement.verdict.outcome is Outcome.BLOCKED
    assert judgement.policy.commit == TIP
    assert judgement.preview is None


def test_an_edit_that_the_tip_has_already_is_not_previewed() -> None:
    assert judged({POLICY: SILENT}, {POLICY: ONLY}, {POLICY: ONLY}).preview is None


def test_a_policy_only_in_the_head_is_said_and_not_obeyed() -> None:
    judgement = judged({"Dockerfile": FIXED}, {POLICY: SILENT, "Dockerfile": LATEST})
    assert judgement.bootstrap
    assert judgement.policy.name == "deployflow"
    assert "latest-image" in {f.rule for f in judgement.verdict.active}
    assert judgement.preview is not None
    assert judgement.preview.changed == (POLICY,)
    assert judgement.preview.verdict is not None
    assert judgement.preview.verdict.findings == ()


def test_a_named_policy_only_in_the_head_bootstraps_too() -> None:
    judgement = judged({"Dockerfile": FIXED}, {"ci/gate.yml": SILENT, "Dockerfile": LATEST}, policy="./ci/gate.yml")
    assert judgement.bootstrap
    assert judgement.policy.name == "deployflow"
    assert judgement.policy_faults == ()


def test_a_policy_that_the_base_gave_up_is_no_bootstrapping() -> None:
    base: Files = {POLICY: SILENT, "Dockerfile": FIXED}
    judgement = judged(base, {POLICY: SILENT, "Dockerfile": LATEST}, {"Dockerfile": FIXED})
    assert not judgement.bootstrap
    assert judgement.policy.name == "deployflow"
    assert judgement.preview is None


def test_a_deleted_policy_is_previewed_as_the_default() -> None:
    judgement = judged({POLICY: SILENT, "Dockerfile": LATEST}, {"Dockerfile": LATEST})
    assert judgement.verdict.findings == ()
    assert judgement.preview is not None
    assert judgement.preview.changed == (POLICY,)
    assert judgement.preview.policy.name == "deployflow"


def test_a_policy_turned_into_a_symlink_is_previewed_through_it() -> None:
    base: Files = {POLICY: ONLY, "Dockerfile": FIXED}
    judgement = judged(base, {POLICY: Link("../loose.yml"), "loose.yml": SILENT, "Dockerfile": LATEST})
    assert judgement.verdict.outcome is Outcome.BLOCKED
    assert judgement.preview is not None
    assert judgement.preview.verdict is not None
    assert judgement.preview.verdict.outcome is Outcome.PASSED


def test_a_policy_turned_into_a_symlink_out_of_the_repository_keeps_the_gate_closed() -> None:
    judgement = judged({POLICY: SILENT}, {POLICY: Link("/proc/self/environ")})
    assert judgement.verdict.outcome is Outcome.NOT_EVALUATED
    assert judgement.preview is not None
    assert judgement.preview.verdict is None
    assert "symlink to an absolute path" in judgement.preview.faults[0].message


def test_a_preset_is_nobody_s_to_change() -> None:
    judgement = judged({POLICY: SILENT}, {POLICY: "rules: 3\n", "Dockerfile": LATEST}, policy="minimal")
    assert judgement.policy_source.startswith("The policy is the preset `minimal`, as the workflow says.")
    assert (judgement.preview, judgement.bootstrap) == (None, False)


@pytest.mark.parametrize("make", [judged, lambda _, head: whole(head)])
def test_a_policy_that_cannot_be_used_is_red(make: Callable[[Files, Files], Judgement]) -> None:
    files: Files = {POLICY: "rulez: {}\nfail-on: sometimes\n", "Dockerfile": LATEST}
    judgement = make(files, files)
    assert judgement.verdict.outcome is Outcome.NOT_EVALUATED
    assert [(f.path, f.line) for f in judgement.policy_faults] == [(POLICY, 1), (POLICY, 2)]
    assert judgement.preview is None
    assert judgement.policy.said == (
        f"The policy `{POLICY}` at `{judgement.policy.commit[:12]}`, {judgement.policy.said.split(', ')[1]}"
    )
    assert judgement.policy.said.endswith("cannot be used.")


def test_a_broken_policy_stays_red_and_its_repair_is_said() -> None:
    judgement = judged({POLICY: "rulez: {}\n", "Dockerfile": FIXED}, {POLICY: ONLY, "Dockerfile": FIXED})
    assert judgement.verdict.outcome is Outcome.NOT_EVALUATED
    assert judgement.preview is not None
    assert judgement.preview.verdict is not None
    assert judgement.preview.verdict.outcome is Outcome.PASSED


def test_a_change_that_breaks_the_policy_keeps_the_gate_closed() -> None:
    judgement = judged({POLICY: SILENT}, {POLICY: "rulez: {}\n"})
    assert judgement.policy_faults == ()
    assert judgement.verdict.outcome is Outcome.NOT_EVALUATED
    assert judgement.verdict.incomplete[0].startswith(f"{POLICY}:1:1: ")
    assert judgement.preview is not None
    assert (judgement.preview.verdict, judgement.preview.changed) == (None, (POLICY,))


def test_a_policy_under_a_wrong_name_is_seen() -> None:
    judgement = judged({}, {".github/deployflow.yaml": SILENT})
    assert judgement.verdict.outcome is Outcome.NOT_EVALUATED
    assert judgement.preview is not None
    assert judgement.preview.changed == (".github/deployflow.yaml",)


def test_an_old_broken_policy_that_the_tip_has_mended_blocks_nobody() -> None:
    judgement = judged({POLICY: "rulez: {}\n"}, {POLICY: "rulez: {}\n", "a": ""}, {POLICY: ONLY})
    assert judgement.verdict.outcome is Outcome.PASSED


@pytest.mark.parametrize("name", ["../policy.yml", "/etc/passwd", "ci/none.yml", "stict"])
def test_a_named_policy_that_is_nowhere(name: str) -> None:
    judgement = judged({POLICY: SILENT}, {POLICY: SILENT}, policy=name)
    assert judgement.verdict.outcome is Outcome.NOT_EVALUATED
    assert len(judgement.policy_faults) == 1


def test_fail_on_holds_for_the_verdict_and_for_its_preview() -> None:
    judgement = judged({POLICY: ONLY}, {POLICY: ONLY + "exclude: [x]\n", "Dockerfile": LATEST}, fail_on="never")
    assert judgement.verdict.outcome is Outcome.PASSED
    assert len(judgement.verdict.active) == 1
    assert judgement.preview is not None
    assert judgement.preview.verdict is not None
    assert judgement.preview.verdict.outcome is Outcome.PASSED


# --- waivers ---


def _waived(expires: str, rule: str = "latest-image") -> str:
    return f"{ONLY}waivers:\n  - {{rule: {rule}, path: Dockerfile, reason: the vendor's, expires: {expires}, owner: ops}}\n"


def test_a_waiver_of_the_head_does_not_count_yet() -> None:
    judgement = judged({POLICY: ONLY}, {POLICY: _waived("2026-12-31"), "Dockerfile": LATEST})
    assert judgement.verdict.outcome is Outcome.BLOCKED
    assert judgement.waivers == ()
    assert judgement.preview is not None
    assert [f.rule for f in judgement.preview.freed] == ["latest-image"]


@pytest.mark.parametrize(
    ("expires", "days", "soon"), [("2026-06-01", 0, True), ("2026-07-01", 30, True), ("2026-07-02", 31, False)]
)
def test_used_waivers_are_listed_with_their_days(expires: str, days: int, soon: bool) -> None:
    policy = _waived(expires)
    judgement = judged({POLICY: policy}, {POLICY: policy, "Dockerfile": LATEST + LATEST})
    [waiver] = judgement.waivers
    assert (waiver.rule, waiver.where, waiver.reason, waiver.owner) == (
        "latest-image",
        f"{POLICY}:6",
        "the vendor's",
        "ops",
    )
    assert (waiver.days, waiver.count, waiver.soon) == (days, 2, soon)
    assert judgement.expiring == ((waiver,) if soon else ())


def test_an_expired_waiver_silences_nothing_and_is_not_listed() -> None:
    policy = _waived("2026-05-31")
    judgement = judged({POLICY: policy}, {POLICY: policy, "Dockerfile": LATEST})
    assert judgement.verdict.outcome is Outcome.BLOCKED
    assert judgement.waivers == ()


@pytest.mark.parametrize("scope", list(Scope))
def test_a_waiver_that_a_change_makes_needless_and_removes_is_no_finding(scope: Scope) -> None:
    strict = (
        _waived("2026-12-31")
        .replace("rules:\n", "fail-on: notice\nrules:\n")
        .replace("all: off", "all: off\n  unused-waiver: notice")
    )
    without = strict.partition("waivers:")[0]
    base: Files = {POLICY: strict, "Dockerfile": LATEST}
    kept = judged(base, {POLICY: strict, "Dockerfile": FIXED}, scope=scope)
    assert [f.rule for f in kept.verdict.blocking] == ["unused-waiver"]
    removed = judged(base, {POLICY: without, "Dockerfile": FIXED}, scope=scope)
    assert removed.verdict.outcome is Outcome.PASSED


# --- ignores and workflows ---

IGNORE = "# gate: ignore[latest-image] {}\n"


def test_added_ignores_are_listed_by_name() -> None:
    judgement = judged(
        {POLICY: ONLY, "Dockerfile": FIXED},
        {POLICY: ONLY, "Dockerfile": IGNORE.format("the vendor has no tags") + LATEST},
    )
    assert judgement.verdict.outcome is Outcome.PASSED
    [ignore] = judgement.added_ignores
    assert (ignore.rule, ignore.path, ignore.line, ignore.reason, ignore.count) == (
        "latest-image",
        "Dockerfile",
        1,
        "the vendor has no tags",
        1,
    )


def test_ignores_that_were_there_are_not() -> None:
    ignored = IGNORE.format("x") + LATEST
    for path in ("Dockerfile", "api/Dockerfile"):
        judgement = judged({POLICY: ONLY, "Dockerfile": ignored}, {POLICY: ONLY, path: "# moved\n" + ignored})
        assert judgement.added_ignores == ()


def test_a_second_ignore_of_the_same_words_is_added() -> None:
    ignored = IGNORE.format("x") + LATEST
    judgement = judged({POLICY: ONLY, "Dockerfile": ignored}, {POLICY: ONLY, "Dockerfile": ignored + ignored})
    assert [ignore.line for ignore in judgement.added_ignores] == [5]


def test_another_tool_s_comment_and_one_for_a_file_count_what_they_silence() -> None:
    head: Files = {
        POLICY: ONLY,
        "a.Dockerfile": "# gate: ignore-file[latest-image] all of it\n" + LATEST + LATEST,
        "b.Dockerfile": "# hadolint ignore=DL3007\n" + LATEST,
        "compose.yml": "services:\n  a:\n    image: x:latest # gate: ignore[latest-image]\n",
    }
    judgement = judged({POLICY: ONLY}, head)
    assert [(i.path, i.line, i.reason, i.count) for i in judgement.added_ignores] == [
        ("a.Dockerfile", 1, "all of it", 2),
        ("b.Dockerfile", 1, "", 1),
        ("compose.yml", 3, "", 1),
    ]


def test_changed_workflows_are_named() -> None:
    flow = "on: push\njobs: {}\n"
    base: Files = {".github/workflows/a.yml": flow, ".github/workflows/b.yml": flow, ".github/workflows/c.yml": flow}
    head: Files = {
        ".github/workflows/a.yml": flow,
        ".github/workflows/b.yml": flow + "#\n",
        ".github/workflows/d.yaml": "on: pull_request\n",
    }
    judgement = judged(base, head, policy="minimal")
    assert judgement.changed_workflows == tuple(f".github/workflows/{name}" for name in ("b.yml", "c.yml", "d.yaml"))


# --- whatever a change does ---

CONTENTS = st.sampled_from([LATEST, FIXED, OTHER, LATEST + LATEST, IGNORE.format("x") + LATEST, BROKEN, "", "\x00"])
PATHS = st.sampled_from(
    ["Dockerfile", "api/Dockerfile", "web/Dockerfile", "compose.yml", "a/b.Dockerfile", "notes.txt"]
)
TREES = st.dictionaries(PATHS, CONTENTS, max_size=5)


@settings(max_examples=60, deadline=None)
@given(TREES, TREES)
def test_a_wider_scope_counts_more_and_none_loses_a_finding(base: dict[str, str], head: dict[str, str]) -> None:
    new, changed, every = (judged({POLICY: ONLY, **base}, {POLICY: ONLY, **head}, scope=scope) for scope in Scope)
    active = [{f.fingerprint for f in judgement.verdict.active} for judgement in (new, changed, every)]
    assert active[0] <= active[1] <= active[2]
    assert new.new == changed.new == every.new == frozenset(active[0])
    seen = [{f.fingerprint for f in judgement.verdict.findings} for judgement in (new, changed, every)]
    assert seen[0] == seen[1] == seen[2]
    assert {*every.verdict.incomplete} >= {*new.verdict.incomplete}
    assert len(every.verdict.incomplete) == len(new.verdict.incomplete) + len(new.verdict.notes) - len(
        every.verdict.notes
    )


@settings(max_examples=30, deadline=None)
@given(TREES)
def test_a_change_of_nothing_brings_nothing(files: dict[str, str]) -> None:
    judgement = judged({POLICY: ONLY, **files}, {POLICY: ONLY, **files})
    assert (judgement.verdict.outcome, judgement.verdict.active) == (Outcome.PASSED, ())
    assert (judgement.changed, judgement.removed, judgement.renamed, judgement.added_ignores) == (
        frozenset(),
        frozenset(),
        {},
        (),
    )


@settings(max_examples=30, deadline=None)
@given(TREES)
def test_moving_everything_brings_nothing(files: dict[str, str]) -> None:
    judgement = judged({POLICY: ONLY, **files}, {POLICY: ONLY, **{f"moved/{p}": text for p, text in files.items()}})
    assert judgement.verdict.active == ()
    assert judgement.added_ignores == ()
