"""How long `check` takes on one Dockerfile, as a ratio to a bare interpreter: `python bench/startup.py [RUNS]`."""

from __future__ import annotations

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


def seconds(command: list[str], folder: str) -> float:
    """The wall time of one run of a command, its output thrown away."""
    start = time.perf_counter()
    subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return time.perf_counter() - start


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "Dockerfile").write_text(DOCKERFILE, encoding="utf-8")
        bare = [sys.executable, "-c", "pass"]
        gate = [sys.executable, "-m", "deployflow_gate", "check"]
        seconds(gate, folder)
        pairs = [(seconds(bare, folder), seconds(gate, folder)) for _ in range(runs)]
    ratios = sorted(g / b for b, g in pairs)
    bare_ms, gate_ms = (1000 * statistics.median(column) for column in zip(*pairs, strict=True))
    sys.stdout.write(
        f"bare interpreter {bare_ms:.0f} ms, check on one Dockerfile {gate_ms:.0f} ms: "
        f"{statistics.median(ratios):.1f} x (from {ratios[0]:.1f} to {ratios[-1]:.1f}, {runs} pairs)\n"
    )


if __name__ == "__main__":
    main()
