"""`python -m deployflow_gate`, and what the installed command `deployflow-gate` calls."""

from __future__ import annotations

from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command with these arguments (by default, the process's own). Returns the exit code."""
    from deployflow_gate.cli.main import main as run

    return run(argv)


if __name__ == "__main__":
    raise SystemExit(main())
