"""How long `check` takes on one file of each kind, as ratios to a bare interpreter: `python bench/startup.py [RUNS]`."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

DOCKERFILE = """\
FROM python:3.12-slim
WORKDIR /app
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY . .
CMD ["python", "app.py"]
"""
COMPOSE = """\
services:
  app:
    image: python:3.12-slim
    ports: ["80:80"]
    environment:
      MODE: production
"""
WORKFLOW = """\
on: {push: {branches: [main]}}
jobs:
  build:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - uses: docker/build-push-action@v6
        with: {context: ., push: true, tags: "a:latest"}
      - run: make test
"""
FILES = {"Dockerfile": DOCKERFILE, "compose.yaml": COMPOSE, ".github/workflows/ci.yml": WORKFLOW}

# shell-script-defect starts a process of ShellCheck's, if there is one beside this interpreter: not our time
GATE = "import sys; sys.executable = ''; from deployflow_gate.__main__ import main; main()"


def seconds(command: list[str], folder: str, environment: dict[str, str]) -> float:
    """The wall time of one run of a command, its output thrown away."""
    start = time.perf_counter()
    subprocess.run(
        command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
    )
    return time.perf_counter() - start


def report(path: str, text: str, runs: int) -> None:
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as caches:
        file = Path(folder, path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        # compiled modules are part of an installation, whatever is said to interpreters here
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": caches, "PATH": os.defpath}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        bare, gate = [sys.executable, "-c", "pass"], [sys.executable, "-c", GATE, "check"]
        seconds(gate, folder, environment)
        pairs = [(seconds(bare, folder, environment), seconds(gate, folder, environment)) for _ in range(runs)]
    ratios = sorted(g / b for b, g in pairs)
    bare_ms, gate_ms = (1000 * statistics.median(column) for column in zip(*pairs, strict=True))
    sys.stdout.write(
        f"bare interpreter {bare_ms:.0f} ms, check on one {Path(path).name} {gate_ms:.0f} ms: "
        f"{statistics.median(ratios):.1f} x (from {ratios[0]:.1f} to {ratios[-1]:.1f}, {runs} pairs)\n"
    )


def main() -> None:
    for path, text in FILES.items():
        report(path, text, int(sys.argv[1]) if len(sys.argv) > 1 else 15)


if __name__ == "__main__":
    main()
