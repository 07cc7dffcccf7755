"""Other tools' configurations as a policy: nothing is lost, comments stay, and what comes out loads."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployflow_gate.cli.main import main
from deployflow_gate.lint.severity import Severity
from deployflow_gate.policy.load import load_policy
from deployflow_gate.policy.migrate import KNOWN, Migration, migrate
from deployflow_gate.policy.model import Policy

HADOLINT = """\
failure-threshold: warning
ignored:
  # Debian's mirror keeps no old versions
  - DL3008
  - DL3059  # readable layers
  - DL9999
override:
  error: [DL3003]
  info:
    - DL3015
trustedRegistries:
  - docker.io
  - "*.gcr.io"
label-schema:
  author: text
  built: rfc3339
strict-labels: true
disable-ignore-pragma: true
no-color: true
"""

LABELS = (("author", "text"), ("built", "rfc3339"))


def _policy(made: Migration) -> Policy:
    return load_policy("policy.yml", read={"policy.yml": made.policy.encode()}.__getitem__)


def _severity(policy: Policy, rule: str, path: str = "Dockerfile") -> Severity | None:
    return policy.decide(rule, path).severity


def _left(made: Migration) -> list[str]:
    return [one.said for one in made.left]


def test_hadolint() -> None:
    made = migrate({".hadolint.yaml": HADOLINT})
    policy = _policy(made)
    assert policy.fail_on is Severity.WARNING
    assert policy.inline_ignores == "forbid"
    assert _severity(policy, "apt-unpinned-package") is None
    assert _severity(policy, "consecutive-run") is None
    assert _severity(policy, "cd-for-workdir") is Severity.ERROR
    assert _severity(policy, "apt-recommended-packages") is Severity.NOTICE
    assert policy.decide("unapproved-registry", "Dockerfile").options["allowed"] == ("docker.io", "*.gcr.io")
    assert policy.decide("malformed-label-value", "Dockerfile").options["schema"] == LABELS
    assert policy.decide("unexpected-label", "Dockerfile").options["schema"] == LABELS
    assert _severity(policy, "unexpected-label") is not None
    assert _left(made) == ["ignored: DL9999", "no-color: true"]
    assert "# Debian's mirror keeps no old versions" in made.policy
    assert "# readable layers" in made.policy
    assert [one.where for one in made.became][:3] == [".hadolint.yaml:1", ".hadolint.yaml:4", ".hadolint.yaml:5"]


def test_what_else_a_rule_covers_is_said() -> None:
    (became,) = migrate({".hadolint.yaml": "ignored: [DL3006]"}).became
    assert became.remark == "it also covers DL3007"
    both = migrate({".hadolint.yaml": "ignored: [DL3006, DL3007]"}).became
    assert {one.remark for one in both} == {""}


def test_tally() -> None:
    made = migrate(
        {
            ".tally.toml": '[output]\nfail-level = "error" # strict\nformat = "sarif"\n[rules]\ninclude = ["buildkit/*"]\n'
            'exclude = ["hadolint/DL3008"]\n[rules.hadolint.DL3026]\nseverity = "warning"\ntrusted-registries = ["ghcr.io"]\n'
            '[rules."tally/secrets-in-code"]\nseverity = "off"\n[inline-directives]\nrequire-reason = true\n'
        }
    )
    policy = _policy(made)
    assert policy.fail_on is Severity.ERROR
    assert policy.inline_ignores == "require-reason"
    assert _severity(policy, "apt-unpinned-package") is None
    assert policy.decide("unapproved-registry", "Dockerfile").options["allowed"] == ("ghcr.io",)
    assert "# strict" in made.policy
    assert ("output.format: sarif", ".tally.toml:3") in [(one.said, one.where) for one in made.left]
    assert "rules.include: buildkit/*" in _left(made)


def test_trivy_lines() -> None:
    made = migrate({".trivyignore": "# base image of the vendor\nAVD-DS-0002\nDS-0026 exp:2030-01-31\nCVE-2024-1234\n"})
    policy = _policy(made)
    assert _severity(policy, "root-user") is None
    (waiver,) = policy.waivers
    assert (waiver.rule, waiver.expires) == ("missing-healthcheck", date(2030, 1, 31))
    assert _left(made) == ["CVE-2024-1234"]
    assert "# base image of the vendor" in made.policy


def test_trivy_yaml() -> None:
    made = migrate(
        {
            ".trivyignore.yaml": """\
misconfigurations:
  - id: AVD-DS-0002
    paths: ["legacy/Dockerfile"]
    statement: The vendor needs root
  - id: DS026
    expired_at: 2030-01-31
    statement: Checked by the balancer
vulnerabilities:
  - id: CVE-2024-1234
"""
        }
    )
    policy = _policy(made)
    assert _severity(policy, "root-user") is Severity.ERROR
    assert _severity(policy, "root-user", "legacy/Dockerfile") is None
    assert [waiver.reason for waiver in policy.waivers] == ["Checked by the balancer"]
    assert "# The vendor needs root" in made.policy
    assert _left(made) == ["vulnerabilities: CVE-2024-1234"]


def test_checkov() -> None:
    made = migrate(
        {
            ".checkov.yaml": "skip-check:\n  - CKV_DOCKER_2 # the balancer does\n  - CKV_AWS_1\nsoft-fail: true\n"
            "skip-path: [vendor]\ncompact: true\nframework: [dockerfile]\n"
        }
    )
    policy = _policy(made)
    assert _severity(policy, "missing-healthcheck") is None
    assert policy.fail_on is None
    assert policy.exclude == ("vendor/**", "vendor")
    assert _left(made) == ["skip-check: CKV_AWS_1", "compact: true", "framework: dockerfile"]
    only = _policy(migrate({".checkov.yml": "check: [CKV_DOCKER_3]"}))
    assert (_severity(only, "root-user"), _severity(only, "missing-healthcheck")) == (Severity.ERROR, None)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("kics.yaml", "exclude-paths: [./vendor/]\nexclude-queries: [a-b-c]\nfail-on: [high, medium]\nverbose: true\n"),
        (
            "kics.config",
            '{"exclude-paths": ["vendor"], "exclude-queries": ["a-b-c"], "fail-on": "high,medium", "verbose": true}',
        ),
        (
            "kics.toml",
            'exclude-paths = ["vendor"]\nexclude-queries = ["a-b-c"]\nfail-on = "high,medium"\nverbose = true\n',
        ),
    ],
)
def test_kics(name: str, text: str) -> None:
    made = migrate({name: text})
    policy = _policy(made)
    assert policy.exclude == ("vendor", "vendor/**")
    assert policy.fail_on is Severity.WARNING
    assert _left(made) == ["exclude-queries: a-b-c", "verbose: true"]


def test_several_files_make_one_policy_and_a_broken_one_is_said() -> None:
    made = migrate({".hadolint.yaml": "ignored: [DL3008]", ".trivyignore": "DS-0002", ".tally.toml": "= ["})
    policy = _policy(made)
    assert (_severity(policy, "apt-unpinned-package"), _severity(policy, "root-user")) == (None, None)
    assert [one.where for one in made.left] == [".tally.toml:1"]


@given(
    st.sampled_from(sorted(KNOWN)),
    st.text(max_size=200) | st.builds("{}: {}\n".format, st.text(max_size=9), st.text(max_size=20)),
)
def test_whatever_they_hold_the_policy_loads(name: str, text: str) -> None:
    _policy(migrate({name: text}))


@given(
    st.dictionaries(
        st.sampled_from(["ignored", "trustedRegistries", "skip-path", "exclude-paths"]), st.lists(st.text(max_size=9))
    )
)
def test_values_cannot_break_the_policy(said: dict[str, list[str]]) -> None:
    import json

    text = json.dumps(said)
    _policy(migrate({".hadolint.yaml": text, ".checkov.yaml": text, "kics.json": text}))


def test_the_command_prints_writes_and_tells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["migrate"]) == 2
    assert "Give the files to migrate" in capsys.readouterr().err
    (tmp_path / ".hadolint.yaml").write_text("ignored: [DL3008, DL9999]\n")
    assert main(["migrate"]) == 0
    out, err = capsys.readouterr()
    assert "apt-unpinned-package: off" in out
    assert "2 lines, 1 of which have no counterpart" in err
    assert ".hadolint.yaml:1  ignored: DL3008  ->  apt-unpinned-package: off" in err
    assert main(["migrate", "--write"]) == 0
    assert (tmp_path / ".github/deployflow.yml").read_text() == out
    assert main(["migrate", "--write"]) == 2
    assert main(["migrate", "other.yaml"]) == 2


def test_codes_of_shellcheck_become_one_list() -> None:
    text = "ignored: [SC2046, sc2086, DL3008]\noverride: {error: [SC2164], style: [SC1091], ignore: []}\n"
    made = migrate({".hadolint.yaml": text, ".tally.toml": 'rules.exclude = ["shellcheck/SC2155"]\n'})
    assert [[str(part) for part in one.parts] for one in made.became] == [
        ["shell-script-defect.ignore: SC2046"], ["shell-script-defect.ignore: SC2086"], ["apt-unpinned-package: off"], [], [],
        ["shell-script-defect.ignore: SC2155"],
    ]  # fmt: skip
    assert all(one.parts or one.left for one in made.became)
