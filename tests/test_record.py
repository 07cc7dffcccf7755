"""Our dataclasses behave as the standard library's do, in all that the package uses of them."""

# mypy: ignore-errors
# (that wrong calls are refused at run time is what is tested)

from __future__ import annotations

import copy
import dataclasses
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from deployflow_gate import record

Decorator = Callable[..., Any]
both = pytest.mark.parametrize("dataclass", [dataclasses.dataclass, record.dataclass], ids=["standard", "ours"])


@record.dataclass(frozen=True, slots=True)
class Place:
    """A class that can be pickled."""

    path: str
    line: int = 1


@both
def test_a_node(dataclass: Decorator) -> None:
    @dataclass(frozen=True, eq=False)
    class Base:
        path: str
        lines: list[int] = (
            record.field(default_factory=list)
            if dataclass is record.dataclass
            else dataclasses.field(default_factory=list)
        )

    @dataclass(frozen=True, eq=False)
    class Node(Base):
        name: str = "a"

    one, other = Node("p"), Node("p", [3], name="b")
    assert (one.path, one.lines, one.name, other.lines, other.name) == ("p", [], "a", [3], "b")
    assert Node("p").lines is not one.lines
    assert one != Node("p")
    assert len({one, Node("p")}) == 2
    assert repr(other).endswith("Node(path='p', lines=[3], name='b')")
    assert Node.__match_args__ == ("path", "lines", "name")
    for act in (lambda: setattr(one, "name", "c"), lambda: delattr(one, "name"), lambda: setattr(one, "new", 1)):
        with pytest.raises(dataclasses.FrozenInstanceError):
            act()
    for wrong in (Node, lambda: Node("p", [], "a", 1), lambda: Node("p", path="q"), lambda: Node("p", no=1)):
        with pytest.raises(TypeError, match=r"Node\.__init__\(\)"):
            wrong()


@both
def test_a_value(dataclass: Decorator) -> None:
    @dataclass(frozen=True, slots=True)
    class Value:
        path: str
        line: int = 1

    @dataclass(frozen=True, slots=True)
    class More(Value):
        end: int = 2

    assert Value("p") == Value("p", 1)
    assert Value("p") != More("p")
    assert hash(Value("p")) == hash(Value("p", 1))
    assert More("p", end=4).end == 4
    assert not hasattr(Value("p"), "__dict__")
    assert More.__slots__ == ("end",)
    assert dataclasses.replace(More("p"), line=5) == More("p", 5)
    assert [field.name for field in dataclasses.fields(More)] == ["path", "line", "end"]
    assert copy.copy(More("p", 3)) == More("p", 3)


@both
def test_one_that_changes(dataclass: Decorator) -> None:
    @dataclass(slots=True)
    class State:
        count: int = 0

    state = State()
    state.count += 1
    assert state == State(1)
    assert State.__hash__ is None


def test_what_is_not_compared_or_shown() -> None:
    @record.dataclass(frozen=True)
    class Pattern:
        text: str
        made: object = record.field(repr=False, compare=False)

    assert Pattern("a", object()) == Pattern("a", object())
    assert repr(Pattern("a", 1)).endswith("Pattern(text='a')")


def test_replace() -> None:
    assert record.replace(Place("p", 3), path="q") == Place("q", 3)
    with pytest.raises(TypeError):
        record.replace(Place("p"), no=1)


def test_a_value_goes_to_another_process() -> None:
    assert pickle.loads(pickle.dumps(Place("p", 3))) == Place("p", 3)


def test_an_option_that_is_not_there_is_refused() -> None:
    with pytest.raises(TypeError):
        record.dataclass(order=True)
