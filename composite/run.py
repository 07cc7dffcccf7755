"""Install what is locked into a fresh environment below the runner's temporary folder, and run the gate from there.

It uses only the standard library, on whatever Python >= 3.11 the runner has. The gate's own code is that of the action's commit.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PIP = ("-m", "pip", "--disable-pip-version-check", "--quiet")
CANNOT_RUN = 3
"""The exit code of a gate that judged nothing (docs/github.md, "Exit codes")."""


def main() -> int:
    if sys.version_info < (3, 11):
        print(f"::error::deployflow-gate needs Python 3.11 or newer; this runner has {sys.version.split()[0]}.")
        return CANNOT_RUN
    folder = Path(tempfile.mkdtemp(prefix="deployflow-gate-", dir=os.environ.get("RUNNER_TEMP")))
    try:
        python = install(folder)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"::error::deployflow-gate could not be installed: {type(error).__name__}. The log above says why.")
        return CANNOT_RUN
    return subprocess.run([python, "-I", "-X", "utf8", "-m", "deployflow_gate.github"], check=False).returncode


def install(folder: Path) -> str:
    """The interpreter of a new environment in which the gate is installed. Raises what venv and pip could not do."""
    venv.create(folder / "venv", with_pip=True)
    python = str(folder / "venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))
    locked = [f"--requirement={ROOT / 'requirements' / name}.txt" for name in ("runtime", "build")]
    # No token and no input of the action is there while anything is installed.
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("INPUT_", "ACTIONS_", "GITHUB_"))
    }
    for arguments in (
        ("--require-hashes", "--only-binary=:all:", *locked),
        ("--no-deps", "--no-build-isolation", "--no-index", str(ROOT)),
    ):
        subprocess.run([python, "-I", *PIP, "install", *arguments], check=True, env=environment)
    return python


if __name__ == "__main__":
    sys.exit(main())
