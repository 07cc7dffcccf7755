"""A policy file comes to decisions, or to a list of everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deployflow_gate.lint.finding import Why
from deployflow_gate.lint.severity import Severity
from deployflow_gate.policy import rules as policy_rules
from deployflow_gate.policy.extends import MAX_DEPTH
from deployflow_gate.policy.faults import MAX_FAULTS
from deployflow_gate.policy.load import PRESETS, PolicyError, load_policy
from deployflow_gate.policy.model import Policy

Written = Callable[..., Policy]


def faults(written: Written, text: str, **others: str) -> list[str]:
    with pytest.raises(PolicyError) as caught:
        written(text, **others)
    return [str(fault) for fault in caught.value.faults]


def levels(policy: Policy, path: str = "Dockerfile") -> dict[str, str]:
    found = {name: policy.decide(name, path).severity for name in policy.entries}
    return {name: s.value if s else "off" for name, s in found.items() if name not in policy_rules.POLICY_RULES}


OWN = {
    "latest-image": "error",
    "long-line": "off",
    "missing-healthcheck": "warning",
    "root-user": "error",
    "twin-a": "notice",
    "twin-b": "notice",
}


@pytest.mark.parametrize(
    "text", ["", "# nothing\n", "rules:\npaths:\nextends:\nwaivers:\n", "extends: deployflow\n", "{}"]
)
def test_what_says_nothing_is_the_default(written: Written, text: str) -> None:
    policy = written(text)
    assert levels(policy) == OWN
    assert policy.digest == load_policy().digest
    assert (policy.name, policy.origin) == ("policy.yml", "policy.yml")
    assert (policy.fail_on, policy.inline_ignores) == (Severity.ERROR, "allow")


def test_a_level_an_option_and_an_alias(written: Written) -> None:
    policy = written(
        "rules:\n  DL3002: off\n  latest-image:\n    level: notice\n    moving-tags: [edge, 3.10]\n    parts: 2\n"
        "    share: 1\n    strict: true\n    mode: b\n    kinds: {1.0: a, y: b}\n  long-line: on\n"
    )
    assert levels(policy) == OWN | {"root-user": "off", "latest-image": "notice", "long-line": "notice"}
    decision = policy.decide("latest-image", "a/Dockerfile")
    assert decision.why == Why("rules", "policy.yml:3")
    assert decision.options == {
        "moving-tags": ("edge", "3.10"),
        "parts": 2,
        "share": 1.0,
        "strict": True,
        "mode": "b",
        "kinds": (("1.0", "a"), ("y", "b")),
    }
    assert policy.decide("missing-healthcheck", "x").why == Why("default")


def test_options_alone_leave_the_level_and_who_set_it(written: Written) -> None:
    decision = written("rules:\n  root-user: {user: 10001}\n").decide("root-user", "x")
    assert (decision.severity, decision.why, decision.options) == (Severity.ERROR, Why("default"), {"user": "10001"})


def test_the_narrowest_key_of_a_mapping_wins_in_any_order(written: Written) -> None:
    policy = written(
        "rules:\n  root-user: warning\n  chapter/user: notice\n  chapter/command: default\n  all: off\n  level/notice: error\n"
    )
    assert levels(policy) == dict.fromkeys(OWN, "off") | {
        "root-user": "warning",
        "missing-healthcheck": "warning",
        "twin-a": "error",
        "twin-b": "error",
    }
    assert policy.decide("twin-a", "x").why == Why("rules", "policy.yml:6")


def test_a_later_file_wins_even_with_a_wider_key(written: Written) -> None:
    policy = written("extends: ./base.yml\nrules:\n  all: off\n", base="rules:\n  root-user: error\n")
    assert set(levels(policy).values()) == {"off"}


def test_the_last_path_that_matches_wins_and_paths_win_over_rules(written: Written) -> None:
    policy = written(
        "rules:\n  root-user: error\npaths:\n  - paths: ['tests/**', '*.tmp']\n    rules: {root-user: off}\n"
        "  - paths: tests/real\n    rules:\n      root-user: notice\n"
    )
    decisions = [policy.decide("root-user", p) for p in ("Dockerfile", "tests/Dockerfile", "tests/real/Dockerfile")]
    assert [d.severity for d in decisions] == [Severity.ERROR, None, Severity.NOTICE]
    assert [d.why for d in decisions] == [
        Why("rules", "policy.yml:2"),
        Why("paths", "policy.yml:5"),
        Why("paths", "policy.yml:8"),
    ]


def test_extends_speaks_in_order_and_lists_add_up(written: Written) -> None:
    policy = written(
        "extends: [strict, one.yml, two.yml]\nexclude: c/**\nrules:\n  twin-a: off\n",
        one="fail-on: never\nexclude: [a/**]\nrules: {root-user: notice, twin-a: error, latest-image: {parts: 3}}\n",
        two="exclude: [b/**, a/**]\nproduction: p.yml\nrules: {root-user: warning, latest-image: {level: off}}\n"
        "waivers: [{rule: twin-b, path: x, reason: y, expires: 2030-01-01}]\n",
    )
    assert levels(policy) == OWN | {
        "root-user": "warning",
        "twin-a": "off",
        "missing-healthcheck": "error",
        "twin-b": "warning",
        "latest-image": "off",
    }
    assert policy.decide("missing-healthcheck", "x").why.by == "preset"
    assert policy.decide("missing-healthcheck", "x").why.where.startswith("preset strict:")
    assert policy.decide("root-user", "x").why == Why("rules", "two.yml:3")
    assert policy.decide("latest-image", "x").options == {"parts": 3}
    assert policy.fail_on is None
    assert policy.inline_ignores == "require-reason"
    assert policy.exclude == ("a/**", "b/**", "a/**", "c/**")
    assert policy.production == ("p.yml",)
    assert [(w.rule, w.where) for w in policy.waivers] == [("twin-b", "two.yml:4")]


def test_extended_files_are_found_from_the_file_that_names_them(fakes: None) -> None:
    files = {
        ".github/deployflow.yml": b"extends: ../gate/base.yml\n",
        "gate/base.yml": b"extends: more/other.yml\n",
        "gate/more/other.yml": b"fail-on: notice\n",
    }
    assert load_policy(".github/deployflow.yml", read=files.__getitem__).fail_on is Severity.NOTICE


def test_a_file_extended_twice_is_one(written: Written) -> None:
    waiver = "waivers: [{rule: twin-b, path: x, reason: y, expires: 2030-01-01}]\n"
    policy = written("extends: [a.yml, b.yml]\n", a="extends: c.yml\n", b="extends: c.yml\n", c=waiver)
    assert len(policy.waivers) == 1


def test_the_digest_is_of_what_is_said_not_of_how(written: Written) -> None:
    one = written("rules:\n  root-user: off\n")
    same = written(
        "# a comment\nextends: strict\nfail-on: error\ninline-ignores: allow\nrules: {all: default, DL3002: 'off'}\n"
    )
    other = written("rules:\n  root-user: off\npaths: [{paths: x, rules: {twin-a: off}}]\n")
    assert one.digest == same.digest
    assert len({one.digest, other.digest, load_policy().digest}) == 3


def test_a_level_that_cannot_be_changed_is_not(written: Written) -> None:
    assert written("rules: {all: off}").decide("internal-error", "x").severity is Severity.ERROR
    assert written("rules: {all: off}").decide("no-rule-at-all", "x").severity is Severity.ERROR


WRONG = {
    "a list\n- x": ["policy.yml:1:1: A policy is the text `a list - x`, not a mapping."],
    "- x": ["policy.yml:1:1: A policy is a list, not a mapping."],
    "rule: {}\nfial-on: error\nzzz: 1": [
        "policy.yml:1:1: A policy has no key `rule` (did you mean `rules`?).",
        "policy.yml:2:1: A policy has no key `fial-on` (did you mean `fail-on`?).",
        "policy.yml:3:1: A policy has no key `zzz`.",
    ],
    "rules:\n  rot-user: off\n  root-user: eror\n  latest-image: 3\n  twin-a: false\n": [
        "policy.yml:2:3: There is no rule `rot-user` (did you mean `root-user`?).",
        "policy.yml:3:14: `eror` is no level; those are error, warning, notice, off, on, default (did you mean `error`?).",
        "policy.yml:4:17: The level is the number `3`, not a text.",
        "policy.yml:5:11: The level is the truth value `false`, not a text (did you mean `off`?).",
    ],
    "rules:\n  dl3003: off\n  TWIN: off\n  DL3002: off\n  hadolint:dl3002: on\n  chapter/usr: off\n": [
        "policy.yml:2:3: There is no rule `dl3003` (did you mean `DL3007`?).",
        "policy.yml:3:3: `TWIN` means several rules: `twin-a`, `twin-b`. Name the one you mean.",
        "policy.yml:5:3: `hadolint:dl3002` is `root-user`, which is set on line 4 already.",
        "policy.yml:6:3: There is no group of rules `chapter/usr` (did you mean `chapter/user`?).",
    ],
    "rules:\n  latest-image: {parts: two, moving-tags: latest, strict: 1, mode: c, share: x, moving: []}\n": [
        "policy.yml:2:25: The option `parts` is the text `two`, not a whole number.",
        "policy.yml:2:43: `moving-tags` is the text `latest`, not a list.",
        "policy.yml:2:59: The option `strict` is the number `1`, not true or false.",
        "policy.yml:2:68: The option `mode` is `c`, which is none of a, b.",
        "policy.yml:2:78: The option `share` is the text `x`, not a number.",
        "policy.yml:2:81: The rule `latest-image` has no option `moving` (did you mean `moving-tags`?).",
    ],
    "rules:\n  latest-image:\n    kinds: {x: c, y: [], z: a}\n": [
        "policy.yml:3:16: The option `kinds` is `c`, which is none of a, b.",
        "policy.yml:3:22: `y` of the option `kinds` is a list, not a text.",
    ],
    "rules: {latest-image: {kinds: [x]}}\n": [
        "policy.yml:1:31: The option `kinds` is a list, not a mapping.",
    ],
    "rules:\n  all: {level: off, user: x}\n  internal-error: off\n  latest-image: {moving-tags: [[]]}": [
        "policy.yml:2:21: `all` means several rules, so it takes a level and no options.",
        "policy.yml:3:3: The level of `internal-error` cannot be changed.",
        "policy.yml:4:32: An item of the option `moving-tags` is a list, not a text.",
    ],
    "fail-on: errors\ninline-ignores:\nexclude: [1, '', ../x, '{a']\n": [
        "policy.yml:1:10: `fail-on` is `errors`, which is none of error, warning, notice, never (did you mean `error`?).",
        "policy.yml:2:16: `inline-ignores` is empty, not a text.",
        "policy.yml:3:11: A glob in `exclude` is the number `1`, not a text.",
        "policy.yml:3:14: The glob is empty.",
        "policy.yml:3:18: The glob has a `.` or `..` part; globs start at the root of the repository.",
        "policy.yml:3:24: The glob has a `{` or `}` without its counterpart.",
    ],
    "extends: [strct, none.yml, ../../x.yml, /etc/passwd, 3, '']\n": [
        "policy.yml:1:11: There is no preset `strct` (did you mean `strict`?).",
        "policy.yml:1:18: The file `none.yml` cannot be extended. The file is not in the repository.",
        "policy.yml:1:28: The file `../../x.yml` is not in the repository.",
        "policy.yml:1:41: The file `/etc/passwd` is not in the repository.",
        "policy.yml:1:54: A name in `extends` is the number `3`, not a text.",
        "policy.yml:1:57: A name in `extends` is empty.",
    ],
    "waivers:\n  - {}\n  - rule: root-user\n    path: x\n    reason: ''\n    expires: 2026-02-30\n    fingerprint: x\n    until:": [
        "policy.yml:2:5: A waiver needs `rule`.",
        "policy.yml:2:5: A waiver needs `reason`.",
        "policy.yml:2:5: A waiver needs `expires`.",
        "policy.yml:2:5: A waiver needs `path` or `fingerprint`: without them the rule would be off.",
        "policy.yml:8:5: A waiver has no key `until`.",
        "policy.yml:5:13: The `reason` of a waiver is empty.",
        "policy.yml:6:14: The `expires` of a waiver is `2026-02-30`, which is no day; write it as 2026-12-31.",
        "policy.yml:7:18: The `fingerprint` of a waiver is `x`, not 8 to 32 hexadecimal digits as a report shows them.",
    ],
    "waivers:\n  - {rule: unused-ignore, path: [], reason: x, expires: 2026-01-01}\n  - x\n": [
        "policy.yml:2:12: `unused-ignore` cannot be waived.",
        "policy.yml:3:5: A waiver is the text `x`, not a mapping.",
    ],
    "paths:\n  - rules: {}\n  - paths: x\n  - {paths: x, rules: {}, rule: 1}\n": [
        "policy.yml:2:5: An entry of `paths` needs `paths`.",
        "policy.yml:3:5: An entry of `paths` needs `rules`.",
        "policy.yml:4:27: An entry of `paths` has no key `rule` (did you mean `rules`?).",
    ],
    "rules: !off {}\n": ["policy.yml:1:13: The tag `!off` means nothing in a policy."],
}


@pytest.mark.parametrize("text", WRONG)
def test_everything_that_is_wrong_is_listed_with_its_place(written: Written, text: str) -> None:
    found = faults(written, text)
    assert found == sorted(WRONG[text], key=_place)


def _place(fault: str) -> tuple[int, int]:
    _, line, column, _ = fault.split(":", 3)
    return int(line), int(column)


def test_faults_of_extended_files_are_listed_too(written: Written) -> None:
    assert faults(written, "extends: a.yml\nx: 1\n", a="y: 1\n") == [
        "a.yml:1:1: A policy has no key `y`.",
        "policy.yml:2:1: A policy has no key `x`.",
    ]


def test_yaml_that_does_not_parse_is_a_fault(written: Written) -> None:
    for text in ("a: [", "a: b: c", "a: 1\na: 2\n", "*x", "[" * 5000):
        assert faults(written, text)[0].startswith("policy.yml:")


def test_files_that_extend_each_other(written: Written) -> None:
    assert faults(written, "extends: a.yml", a="extends: policy.yml") == [
        "a.yml:1:10: The policy extends itself: `policy.yml` → `a.yml` → `policy.yml`."
    ]
    assert "extends itself" in faults(written, "extends: [./policy.yml]")[0]


def test_a_maze_of_files_ends(written: Written) -> None:
    names = [f"f{i}" for i in range(MAX_DEPTH + 3)]
    files = {name: f"extends: [{after}.yml, {after}.yml]" for name, after in pairwise(names)}
    assert "extends more than" in faults(written, "extends: f0.yml", **files, **{names[-1]: ""})[0]


def test_a_hostile_policy_has_a_short_list_of_faults(written: Written) -> None:
    found = faults(written, "".join(f"k{i}: 1\n" for i in range(3000)))
    assert len(found) == MAX_FAULTS + 1
    assert found[-1] == "policy.yml: 2900 more faults are not listed."


def test_aliases_do_not_multiply_the_work(written: Written) -> None:
    rules = "x-a: &a\n" + "".join(f"  r{i}: off\n" for i in range(2000))
    text = rules + "paths:\n" + "  - {paths: x, rules: *a}\n" * 500
    assert faults(written, text)


def test_merge_keys_and_anchors_work(written: Written) -> None:
    policy = written(
        "x-lax: &lax {root-user: off}\npaths:\n  - paths: a\n    rules:\n      <<: *lax\n      twin-a: error\n"
    )
    assert levels(policy, "a/x") == OWN | {"root-user": "off", "twin-a": "error"}


def test_a_name_that_is_neither_preset_nor_file() -> None:
    with pytest.raises(PolicyError) as caught:
        load_policy("strct")
    assert (
        str(caught.value)
        == "The policy has a fault:\n  strct: There is neither a preset nor a file `strct` (did you mean `strict`?)."
    )
    with pytest.raises(PolicyError, match=r"nowhere.yml: The file cannot be read \(No such file or directory\)"):
        load_policy("nowhere.yml")


def test_files_from_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "in" / ".github").mkdir(parents=True)
    (tmp_path / "secret.yml").write_text("fail-on: never\n")
    (tmp_path / "in" / "base.yml").write_text("fail-on: notice\n")
    (tmp_path / "in" / "link.yml").symlink_to(tmp_path / "secret.yml")
    policy = tmp_path / "in" / ".github" / "deployflow.yml"
    policy.write_text("extends: ../base.yml\n")
    monkeypatch.chdir(tmp_path / "in")
    assert load_policy(".github/deployflow.yml").fail_on is Severity.NOTICE
    assert load_policy("link.yml").fail_on is None, "who starts the gate may choose any file"
    with pytest.raises(PolicyError, match=r"\.\./base\.yml` is not in the repository"):
        load_policy(str(policy))
    policy.write_text("extends: ../link.yml\n")
    with pytest.raises(PolicyError, match="symlink out of the folder"):
        load_policy(".github/deployflow.yml")
    with pytest.raises(PolicyError, match="is not a file"):
        load_policy("./.github")


def test_bytes_that_are_no_text() -> None:
    for data in (b"\xff\xfe", b"\x00", b"\x80", b"x" * 2_000_000):
        with pytest.raises(PolicyError):
            load_policy("p.yml", read={"p.yml": data}.__getitem__)


WORDS = st.sampled_from(
    ["rules", "paths", "waivers", "extends", "exclude", "fail-on", "root-user", "DL3002", "off", "error", "strict", "all",
     "level", "user", "2026-01-01", "expires", "reason", "rule", "path", ":", ": ", "\n", "\n  ", "\n    - ", "- ", "[", "]",
     "{", "}", ",", "*a", "&a ", "<<", "!x ", "|", "'", '"', "#", "\t", "1", "a.yml", "policy.yml", "**", "../"]
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=400, deadline=None)
@given(text=st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=40).map("".join)))
def test_any_text_is_a_policy_or_a_policy_error(written: Written, text: str) -> None:
    try:
        policy = written(text, a="rules: {all: on}")
    except PolicyError as error:
        told = str(error)  # does not raise either
        del told
    except UnicodeEncodeError:
        pass
    else:
        policy.decide("root-user", "x")
        assert policy.digest


@pytest.mark.parametrize("name", PRESETS)
def test_each_preset_loads(name: str) -> None:
    policy = load_policy(name)
    assert (policy.name, policy.origin) == (name, f"preset {name}")
    assert policy.waivers == ()
