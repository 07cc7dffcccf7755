"""How the work of a piece of code grows with its input: what tests say about speed instead of a number of seconds."""

from __future__ import annotations

import gc
from collections.abc import Callable
from time import process_time

ROUNDS = 8
CALM = 7.0
"""Near enough to linear to stop measuring."""
SUPERLINEAR = 10.0
"""Between what four times the input costs where work is linear (4, or a little more: memory gets slower with size) and
where it is quadratic (16): `assert growth(run, size) < SUPERLINEAR`."""


def growth(run: Callable[[int], object], size: int) -> float:
    """How many times the work of `run(size)` it takes to do `run(4 * size)`: 4 where work is linear, 16 where quadratic.

    A ratio says the same on every machine, and of C code (regexes, slices, tree-sitter) too, which a count of executed
    lines would not see. The work is CPU time of this process, not time that passes, with the garbage collector off; what
    else the machine does can only add to it, so the least of several rounds counts. Rounds end early once the ratio is
    clearly linear: only what is slow, or a busy machine, takes all of them.

    `size` should make `run(size)` take some milliseconds (below, the constant costs of a call hide the growth) and keep
    `run(4 * size)` under the limits at which the code refuses an input (beyond, it has no work left to grow).
    """
    small = large = float("inf")
    collected = gc.isenabled()
    gc.disable()
    try:
        run(size)  # what is imported, compiled or kept at the first use is not the work in question
        for _ in range(ROUNDS):
            small = min(small, _cost(run, size), _cost(run, size))
            large = min(large, _cost(run, 4 * size))
            if large < CALM * small:
                break
    finally:
        if collected:
            gc.enable()
    return large / small


def _cost(run: Callable[[int], object], size: int) -> float:
    before = process_time()
    run(size)
    return process_time() - before
