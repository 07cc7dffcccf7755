"""How long the client waits: one budget for all of a run, and the pauses that GitHub asks for."""

from __future__ import annotations

import time
from typing import Protocol

from deployflow_gate.github.errors import Unavailable

MUTATION_PAUSE = 1.0
"""Seconds between requests that change something (docs.github.com, "Best practices for using the REST API")."""

ORDINARY = 1.0
"""Seconds that an answer may take without counting as waiting, so that a long listing is not cut short by its length."""


class Clock(Protocol):
    def now(self) -> float:
        """Seconds since some moment; never goes back."""
        ...

    def sleep(self, seconds: float) -> None: ...


class SystemClock:
    def now(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


class Patience:
    """What is left of the budget. Pauses, waits for limits and all of an answer's time beyond the ordinary are taken from it."""

    def __init__(self, budget: float, clock: Clock) -> None:
        self._budget = budget
        self._clock = clock
        self._spent = 0.0
        self._held_until: tuple[float, str] | None = None
        self._next_mutation: float | None = None

    @property
    def left(self) -> float:
        return max(0.0, self._budget - self._spent)

    def take_turn(self, *, mutation: bool) -> None:
        """Wait until a request may be sent. Raises Unavailable, without waiting, if that is not within the budget."""
        now = self._clock.now()
        if self._held_until:
            until, why = self._held_until
            if until > now and not self.rest(until - now):
                raise Unavailable(f"{why} GitHub asks to wait {until - now:.0f} s, and {self.left:.0f} s are left.")
        if mutation and self._next_mutation is not None:
            pause = self._next_mutation - self._clock.now()
            if pause > 0 and not self.rest(pause):
                raise self._used_up()
        if not self.left:
            raise self._used_up()

    def rest(self, seconds: float) -> bool:
        """Sleep, or say False at once where the budget has not that much."""
        if seconds >= self.left:
            return False
        self._spent += seconds
        self._clock.sleep(seconds)
        return True

    def hold(self, seconds: float, why: str) -> None:
        """GitHub wants silence for so long, whatever is asked next."""
        until = self._clock.now() + seconds
        if self._held_until is None or until > self._held_until[0]:
            self._held_until = until, why

    def sent(self, began: float, *, mutation: bool) -> None:
        """A request that began then has ended."""
        now = self._clock.now()
        self._spent += max(0.0, now - began - ORDINARY)
        if mutation:
            self._next_mutation = now + MUTATION_PAUSE

    def _used_up(self) -> Unavailable:
        return Unavailable(f"The {self._budget:.0f} s that the gate waits for GitHub in a run are used up.")
