"""`python -I -m deployflow_gate.github`: the entrypoint of the container action."""

from __future__ import annotations

from deployflow_gate.github.action import main

raise SystemExit(main())
