"""A secret is shown by no report, whichever finding's lines it stands in."""

from __future__ import annotations

import pytest

from deployflow_gate import check, load_policy
from deployflow_gate.report import FORMATS

PASSWORD = "wxq-7Zulu-basalt-88"
FILES = {
    "Dockerfile": (
        "FROM python:latest\n"
        f"ENV DB_PASSWORD={PASSWORD} MODE=x\n"
        f"ENV DATABASE_URL=postgres://app:{PASSWORD}@db.acme.dev/app\n"
        f"RUN curl -u app:{PASSWORD} https://acme.dev/x\n"
    ),
    "compose.prod.yaml": f"services:\n  db:\n    image: postgres\n    environment: {{POSTGRES_PASSWORD: {PASSWORD}}}\n",
}


@pytest.mark.parametrize("name", FORMATS)
def test_no_format_shows_it(name: str) -> None:
    verdict = check(FILES, load_policy("everything"))
    assert {f.rule for f in verdict.active} >= {"secret-in-variable", "hardcoded-secret"}
    report = FORMATS[name](verdict)
    assert PASSWORD not in report
    assert PASSWORD[3:12] not in report


def test_the_fingerprint_is_not_a_hash_of_it() -> None:
    one, other = (
        [f.fingerprint for f in check({"Dockerfile": f"FROM a:1\nRUN curl -u app:{word} https://acme.dev\n"}).findings]
        for word in ("aaaaaaa1", "bbbbbbb2")
    )
    assert one == other
