"""The signals that Docker takes for STOPSIGNAL, after the kernel's own list (signal(7)) and moby's names for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployflow_gate.rulebook.syntax._comments import comment_behind
from deployflow_gate.text import UNKNOWN

if TYPE_CHECKING:
    from deployflow_gate.model.instruction import Stopsignal

LAST_SIGNAL = 64

REAL_TIME = ("RTMIN", *(f"RTMIN+{n}" for n in range(1, 16)), *(f"RTMAX-{n}" for n in range(14, 0, -1)), "RTMAX")

_NAMES = """
    ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT SEGV STKFLT STOP SYS TERM TRAP TSTP TTIN TTOU
    URG USR1 USR2 VTALRM WINCH XCPU XFSZ
"""
NAMES = frozenset(_NAMES.split()) | frozenset(REAL_TIME)

_UNCATCHABLE = {"9": "KILL", "19": "STOP"}


def named(stop: Stopsignal) -> str | None:
    """The name without SIG, in capitals, or the number; None where it is not known or is another rule's matter."""
    text = stop.signal.sketch.strip()
    if not text or UNKNOWN in text or comment_behind(stop.syntax) is not None:
        return None
    if text.isdecimal():
        number = text.lstrip("0") or "0"
        return _UNCATCHABLE.get(number, number)
    return text.upper().removeprefix("SIG")


def exists(name: str) -> bool:
    """Whether a name or number is a signal's."""
    if name.isdecimal():
        return len(name) <= 2 and 0 < int(name) <= LAST_SIGNAL
    return name in NAMES
