"""Files a second over a folder of repositories, with one process and with two: `python bench/throughput.py FOLDER [RUNS]`.

FOLDER is judged as one repository, so that the sharing of work among processes is what is measured.
"""

from __future__ import annotations

import statistics
import sys
import time

from deployflow_gate import Verdict, WorkTree, check


def measured(folder: str, jobs: int) -> tuple[float, Verdict]:
    """Wall seconds of one check, and its verdict."""
    start = time.perf_counter()
    verdict = check(WorkTree(folder), jobs=jobs)
    return time.perf_counter() - start, verdict


def main() -> None:
    folder = sys.argv[1]
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    one, two = [], []
    for _ in range(runs):
        seconds, verdict = measured(folder, 1)
        one.append(seconds)
        two.append(measured(folder, 2)[0])
    files = len(verdict.files)
    first, second = statistics.median(one), statistics.median(two)
    sys.stdout.write(
        f"{files} files, {len(verdict.findings)} findings: {first:.1f} s with one process ({files / first:.0f} files/s), "
        f"{second:.1f} s with two ({files / second:.0f} files/s), ratio {first / second:.2f}\n"
    )


if __name__ == "__main__":
    main()
