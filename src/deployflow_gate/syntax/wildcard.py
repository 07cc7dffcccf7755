"""Wildcard patterns over paths, matched in time linear in the path whatever the pattern is.

What an ignore file and a policy's glob have in common. A pattern with few stars and a short path goes to `re`, where even the
worst case is small; everything else is run as a set of states, so that no pattern can make a look-up slow.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum
from functools import cached_property

from deployflow_gate.record import dataclass


class Gap(Enum):
    """The parts of a pattern that are not one fixed character, with their regular expressions."""

    ONE = "[^/]"
    SEGMENT = "[^/]*"
    ALL = "(?s:.*)"
    FOLDERS = "(?s:.*/)?"
    """Any number of whole folders, none as well."""
    BELOW = "(?s:/.*)?"
    """Nothing, or whatever is inside of the folder that the items before have matched. It stands last."""


@dataclass(frozen=True, slots=True)
class Class:
    """`[a-z]`: one character within (or, negated, outside) the ranges; a slash is no exception. No ranges: no character."""

    ranges: tuple[tuple[str, str], ...]
    negated: bool = False

    def accepts(self, char: str) -> bool:
        return any(low <= char <= high for low, high in self.ranges) is not self.negated

    @property
    def regex(self) -> str:
        if not self.ranges:
            return "(?!)"
        body = "".join(f"{re.escape(low)}-{re.escape(high)}" for low, high in self.ranges)
        return f"[{'^' if self.negated else ''}{body}]"


Item = str | Class | Gap
"""A `str` is literal text."""

_MAX_REGEX_GAPS = 2
_MAX_REGEX_PATH = 256
"""Two gaps backtrack at most 256²/2 steps, some tenths of a millisecond; real paths are well below."""

_MAX_STATES = 2000
"""Remembered steps of one pattern; forgotten when full, which costs time and no correctness."""

_UNBOUNDED = frozenset({Gap.SEGMENT, Gap.ALL, Gap.FOLDERS})


@dataclass(frozen=True, eq=False)
class Wildcard:
    items: tuple[Item, ...]

    @staticmethod
    def of(items: Iterable[Item]) -> Wildcard:
        """Join neighbouring texts and drop gaps that repeat the one before."""
        joined: list[Item] = []
        for item in items:
            last = joined[-1] if joined else None
            if isinstance(item, str) and isinstance(last, str):
                joined[-1] = last + item
            elif not (item == last and item in _UNBOUNDED):
                joined.append(item)
        return Wildcard(tuple(joined))

    def matches(self, path: str) -> bool:
        """True if the whole path fits."""
        if self._text is not None:
            return path == self._text or (self._below and path.startswith(self._text + "/"))
        if len(path) <= _MAX_REGEX_PATH and self._regex is not None:
            return self._regex.fullmatch(path) is not None
        return self._run(path)

    @property
    def _below(self) -> bool:
        return bool(self.items) and self.items[-1] is Gap.BELOW

    @property
    def plain(self) -> str | None:
        """The one path that it matches, if there is but one."""
        return None if self._below else self._text

    @cached_property
    def _text(self) -> str | None:
        """The one text that it consists of."""
        items = self.items[:-1] if self._below else self.items
        if not items:
            return ""
        return items[0] if len(items) == 1 and isinstance(items[0], str) else None

    @cached_property
    def _regex(self) -> re.Pattern[str] | None:
        if sum(item in _UNBOUNDED for item in self.items) > _MAX_REGEX_GAPS:
            return None
        return re.compile(
            "".join(
                item.value if isinstance(item, Gap) else item.regex if isinstance(item, Class) else re.escape(item)
                for item in self.items
            )
        )

    @cached_property
    def _machine(self) -> _Machine:
        return _Machine(self.items)

    def _run(self, path: str) -> bool:
        machine = self._machine
        state = machine.start
        steps = machine.steps
        for char in path:
            following = steps.get((state, char))
            if following is None:
                following = machine.step(state, char)
                if len(steps) >= _MAX_STATES:
                    steps.clear()
                steps[state, char] = following
            state = following
            if not state:
                return False
        return bool(state & machine.final)


class _Machine:
    """A pattern as bits: bit i says that the items before position i may have been used up.

    FOLDERS takes two positions: the entry, from which it can be skipped, and its inside, which only a slash leaves. So does BELOW,
    whose inside is reached by a slash, and left at any time.
    """

    def __init__(self, items: tuple[Item, ...]) -> None:
        self.steps: dict[tuple[int, str], int] = {}
        self._chars: dict[str, int] = {}
        self._classes: list[tuple[Class, int]] = []
        self._one = self._slash = self._stay = self._stay_in_segment = self._skip = self._enter = self._jump = 0
        bit = 1
        for item in items:
            if isinstance(item, str):
                for char in item:
                    self._chars[char] = self._chars.get(char, 0) | bit
                    bit <<= 1
                continue
            if isinstance(item, Class):
                self._classes.append((item, bit))
            elif item is Gap.ONE:
                self._one |= bit
            elif item is Gap.FOLDERS:
                self._enter |= bit
                bit <<= 1
                self._stay |= bit
                self._slash |= bit
            elif item is Gap.BELOW:
                self._jump |= bit
                self._slash |= bit
                bit <<= 1
                self._stay |= bit
                self._skip |= bit
            else:
                self._skip |= bit
                if item is Gap.ALL:
                    self._stay |= bit
                else:
                    self._stay_in_segment |= bit
            bit <<= 1
        self.final = bit
        self.start = self._closed(1)

    def _closed(self, state: int) -> int:
        """With every position that is reached without a character."""
        while True:
            entered = state & self._enter
            grown = state | (state & self._skip) << 1 | entered << 1 | (entered | state & self._jump) << 2
            if grown == state:
                return state
            state = grown

    def step(self, state: int, char: str) -> int:
        taken = self._chars.get(char, 0)
        kept = self._stay
        if char == "/":
            taken |= self._slash
        else:
            taken |= self._one
            kept |= self._stay_in_segment
        for one, bit in self._classes:
            if state & bit and one.accepts(char):
                taken |= bit
        return self._closed((state & taken) << 1 | state & kept)
