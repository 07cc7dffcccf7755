"""`python -m deployflow_gate`, and what the installed command `deployflow-gate` calls."""

from __future__ import annotations

import gc
from collections.abc import Sequence

COLLECT_AFTER = 200_000
"""New objects before garbage is looked for. A process of its own keeps what it makes until it ends, and looking through that
again and again takes a tenth of a start; a large repository is still collected."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command with these arguments (by default, the process's own). Returns the exit code."""
    if argv is None:
        gc.set_threshold(COLLECT_AFTER)
    from deployflow_gate.cli.main import main as run

    code = run(argv)
    if argv is None:
        gc.freeze()  # the interpreter would look through all of it twice more as it ends
    return code


if __name__ == "__main__":
    raise SystemExit(main())
