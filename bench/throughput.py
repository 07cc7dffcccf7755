"""Files a second, with one process and with two: `python bench/throughput.py [FOLDER] [RUNS]`.

FOLDER is judged as one repository, so that the sharing of work among processes is measured, too. Without one, 200 Dockerfiles with
a compose file and an ignore file for every ten of them are made up.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

from deployflow_gate import Verdict, WorkTree, check

DOCKERFILE = """\
# syntax=docker/dockerfile:1
ARG PYTHON=3.12
FROM python:${{PYTHON}}-slim AS build
WORKDIR /src
COPY requirements.txt .
RUN apt-get update && apt-get install -y --no-install-recommends gcc libpq-dev \\
    && pip install --no-cache-dir --prefix=/install -r requirements.txt \\
    && rm -rf /var/lib/apt/lists/*
FROM python:${{PYTHON}}-slim
ENV PYTHONUNBUFFERED=1 SERVICE={number} PORT=80{number:02}
RUN groupadd --gid 10001 app && useradd --uid 10001 --gid app app
COPY --from=build /install /usr/local
COPY --chown=app . /app
WORKDIR /app
USER app
EXPOSE 80{number:02}
HEALTHCHECK --interval=30s CMD curl -f http://localhost:80{number:02}/health || exit 1
CMD ["gunicorn", "--bind", "0.0.0.0:80{number:02}", "app:app"]
"""
COMPOSE = "services:\n  app:\n    build: .\n    ports: ['80:80']\n    environment:\n      MODE: production\n"


def make_repository(folder: str) -> None:
    for number in range(200):
        service = Path(folder, f"service-{number}")
        service.mkdir()
        (service / "Dockerfile").write_text(DOCKERFILE.format(number=number % 100), encoding="utf-8")
        if number % 10 == 0:
            (service / "compose.yaml").write_text(COMPOSE, encoding="utf-8")
            (service / ".dockerignore").write_text(".git\n.env\n", encoding="utf-8")


def measured(folder: str, jobs: int) -> tuple[float, Verdict]:
    """Wall seconds of one check, and its verdict."""
    start = time.perf_counter()
    verdict = check(WorkTree(folder), jobs=jobs)
    return time.perf_counter() - start, verdict


def report(folder: str, runs: int) -> None:
    one, two = [], []
    for _ in range(runs):
        seconds, verdict = measured(folder, 1)
        one.append(seconds)
        two.append(measured(folder, 2)[0])
    files = len(verdict.files)
    first, second = statistics.median(one), statistics.median(two)
    sys.stdout.write(
        f"{files} files, {len(verdict.findings)} findings: {first:.2f} s with one process ({files / first:.0f} files/s), "
        f"{second:.2f} s with two ({files / second:.0f} files/s), ratio {first / second:.2f}\n"
    )


def main() -> None:
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    if len(sys.argv) > 1:
        report(sys.argv[1], runs)
        return
    with tempfile.TemporaryDirectory() as folder:
        make_repository(folder)
        report(folder, runs)


if __name__ == "__main__":
    main()
