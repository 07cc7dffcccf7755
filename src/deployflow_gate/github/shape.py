"""Reading GitHub's JSON: what an object lacks or has of another type is no answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

from deployflow_gate.github.errors import Unavailable

V = TypeVar("V", int, str, "list[object]")


class Shape:
    """An object of an answer, read key by key. `what` names it ("a comment") in the Unavailable that a wrong one raises.

    A key that may be missing or null has a default; one that is there with another type never does.
    """

    __slots__ = ("_object", "_what")

    def __init__(self, value: object, what: str) -> None:
        self._what = what
        if not isinstance(value, Mapping):
            raise self._wrong()
        self._object: Mapping[str, object] = value

    def text(self, key: str, default: str | None = None) -> str:
        return self._value(key, str, default)

    def number(self, key: str) -> int:
        return self._value(key, int, None)

    def number_if_any(self, key: str) -> int | None:
        return None if self._object.get(key) is None else self.number(key)

    def flag(self, key: str) -> bool:
        """Whether the key is there and true."""
        return self._object.get(key) is True

    def within(self, key: str) -> Shape:
        return Shape(self._object.get(key), self._what)

    def within_if_any(self, key: str) -> Shape | None:
        return None if self._object.get(key) is None else self.within(key)

    def each(self, key: str, *, missing: bool = False) -> Iterator[Shape]:
        """The objects of a list, which may be `missing`."""
        for item in self._value(key, list, [] if missing else None):
            yield Shape(item, self._what)

    def _value(self, key: str, kind: type[V], default: V | None) -> V:
        value = self._object.get(key)
        if value is None and default is not None:
            return default
        if not isinstance(value, kind) or isinstance(value, bool):
            raise self._wrong()
        return value

    def _wrong(self) -> Unavailable:
        return Unavailable(f"GitHub answered with something else than {self._what}.")
