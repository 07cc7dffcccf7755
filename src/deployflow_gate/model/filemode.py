"""File modes, as chmod, mkdir, install and COPY --chmod take them: in octal digits or in letters (POSIX, `chmod`)."""

from __future__ import annotations

from deployflow_gate.record import dataclass
from deployflow_gate.regex import regex

WRITE_BY_OTHERS = 0o002
WRITE_BY_GROUP = 0o020
STICKY = 0o1000
SETGID = 0o2000
SETUID = 0o4000

_UMASK = 0o022
"""Docker's own: what it masks is not given by a clause that names nobody (`+w`)."""

_OCTAL = regex(r"([-+=]?)([0-7]{1,5})")
_LETTERS = regex(r"[ugoa]*(?:[-+=](?:[rwxXst]*|[ugo]))+")
_ACTION = regex(r"([-+=])([rwxXst]+|[ugo])?")
_WHO = {"u": 0o4700, "g": 0o2070, "o": 0o1007, "a": 0o7777}
_BITS = {"r": 0o444, "w": 0o222, "x": 0o111, "X": 0o111, "s": 0o6000, "t": 0o1000}


@dataclass(frozen=True, slots=True)
class FileMode:
    """The bits that a mode surely sets, and those that it surely clears."""

    on: int
    off: int

    @staticmethod
    def of(text: str) -> FileMode | None:
        """None where it is no mode."""
        octal = _OCTAL.fullmatch(text)
        if octal is not None:
            bits = int(octal[2], 8)
            if bits > 0o7777:
                return None
            return FileMode(0, bits) if octal[1] == "-" else FileMode(bits, 0 if octal[1] == "+" else 0o7777 & ~bits)
        mode = FileMode(0, 0)
        for clause in text.split(","):
            if _LETTERS.fullmatch(clause) is None:
                return None
            mode = mode._then(clause)
        return mode

    def _then(self, clause: str) -> FileMode:
        names = clause[: len(clause) - len(clause.lstrip("ugoa"))]
        who = 0
        for name in names or "a":
            who |= _WHO[name]
        if not names:
            who &= ~_UMASK
        on, off = self.on, self.off
        for sign, letters in _ACTION.findall(clause):
            bits = 0
            for letter in letters:
                # of what is copied from another class only the owner's right to read and write is sure
                bits |= _BITS.get(letter, 0o666 if letter == "u" else 0)
            given = bits & who
            if sign == "-":
                on, off = on & ~given, off | given
            else:
                cleared = who & 0o777 & ~given if sign == "=" and letters not in ("g", "o") else 0
                on, off = (on & ~cleared) | given, (off & ~given) | cleared
        return FileMode(on, off)
