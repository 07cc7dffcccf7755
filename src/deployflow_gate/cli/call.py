"""What the command answers with: exit codes, and the error for a call that cannot be carried out."""

from __future__ import annotations

PASSED = 0
BLOCKED = 1
WRONG_CALL = 2
NOT_EVALUATED = 3
INTERRUPTED = 130
"""128 and the number of SIGINT, as shells have it."""


class CallError(Exception):
    """The call is wrong: one line that says what is so, and what to do."""


def one_of(name: str, known: tuple[str, ...] | list[str]) -> str:
    """ " Did you mean `x`?" or "", for the end of an error."""
    from difflib import get_close_matches

    near = get_close_matches(name.lower(), known, n=1, cutoff=0.6)
    return f" Did you mean `{near[0]}`?" if near else ""
