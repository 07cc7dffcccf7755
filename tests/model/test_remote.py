"""What a step runs on servers by ssh."""

from __future__ import annotations

import pytest

from deployflow_gate.model.link import link
from deployflow_gate.snapshot.memory import MemorySnapshot

HEAD = "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-24.04\n    steps:\n"


def there(step: str) -> list[str]:
    project = link(MemorySnapshot({".github/workflows/deploy.yml": HEAD + step}))
    scripts = project.workflows[0].jobs[0].steps[0].remote_scripts
    return [command.span.text for script in scripts for command in script.commands]


@pytest.mark.parametrize(
    ("run", "commands"),
    [
        ("ssh robot@acme.dev docker compose pull", ["docker compose pull"]),
        (
            "ssh -i key -p22 -tt -o A=b robot@acme.dev 'cd /srv && docker compose pull'",
            ["cd /srv", "docker compose pull"],
        ),
        ("sshpass -e ssh -p 22 robot@acme.dev uptime", ["uptime"]),
        ("ssh -N -L 5432:db:5432 robot@acme.dev", []),
        ("ssh -V", []),
        ("echo ssh robot@acme.dev uptime", []),
    ],
)
def test_what_ssh_is_given(run: str, commands: list[str]) -> None:
    assert there(f"      - run: {run}\n") == commands


def test_a_heredoc_is_what_the_shell_there_reads() -> None:
    step = "      - run: |\n          ssh robot@acme.dev 'bash -s' <<'EOF'\n          uptime\n          EOF\n"
    assert there(step)[-1] == "uptime"


def test_the_script_of_an_action() -> None:
    step = "      - uses: Appleboy/ssh-action@v1\n        with:\n          host: acme.dev\n          Script: uptime\n"
    assert there(step) == ["uptime"]
