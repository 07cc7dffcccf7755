"""How much of a hostile Dockerfile is read."""

from __future__ import annotations

MAX_LINE_BYTES = 65_535
"""BuildKit reads lines through Go's bufio.Scanner, which takes no longer one."""

MAX_INSTRUCTIONS = 1_000
"""The largest real Dockerfiles have a few hundred; facts of a stage, and what rules ask of what ran before, cost the square of
it at worst."""

MAX_WORDS = 10_000
"""Words of one instruction; each is an object."""

MAX_SHOWN = 60
"""Characters of the file in the message of a fault."""

MAX_HEREDOCS = 100
"""Heredocs of one instruction."""

MAX_VALUE = 65_535
"""Characters of a word and of what it comes to; longer ones are unknown. `ENV a=$a$a` doubles with each line."""

MAX_NESTING = 32
"""`${a:-${b:-…}}` inside of each other; the reader recurses once for each."""
