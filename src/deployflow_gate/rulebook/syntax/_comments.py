"""What looks like a comment behind an instruction that knows none."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from deployflow_gate.syntax.dockerfile import InstructionSyntax
    from deployflow_gate.text import Span

SHELL_TEXT = frozenset({"RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK", "ONBUILD", "MAINTAINER"})
"""What a shell reads knows comments; the text of a MAINTAINER may hold anything."""


def comment_behind(instruction: InstructionSyntax) -> Span | None:
    """From the `#` to the end of the arguments; None where there is no such thing."""
    if instruction.name in SHELL_TEXT or instruction.json:
        return None
    words = instruction.words
    first = next((i for i, word in enumerate(words) if word.raw.startswith("#") and (i > 0 or word.raw == "#")), None)
    if first is None or (words[first].raw != "#" and len(words) == first + 1 and instruction.name == "COPY"):
        return None
    return words[first].span.until(words[-1].span)
