"""What the one call promises beyond its rules."""

from __future__ import annotations

from pathlib import Path

from deployflow_gate import MemorySnapshot, check, load_policy

FILES = {
    "app/.env": "DB_PASSWORD=wxq-7Zulu-basalt-88\n",
    "app/Dockerfile": 'FROM debian:12.8-slim\nCOPY . /app\nCMD ["/app"]\n',
}


def test_what_is_excluded_has_no_findings_whichever_rule_looks_there(tmp_path: Path) -> None:
    assert "env-file-committed" in {f.rule for f in check(FILES).active}
    policy = tmp_path / "policy.yml"
    policy.write_text("exclude: ['app/**']\n", encoding="utf-8")
    verdict = check(FILES, load_policy(str(policy)))
    assert verdict.findings == ()
    assert verdict.files == ()


def test_a_mapping_is_a_snapshot() -> None:
    assert check(FILES) == check(MemorySnapshot(FILES))
