"""What an expression comes to, as far as it can be known before a run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from deployflow_gate.syntax.expression.functions import call
from deployflow_gate.syntax.expression.tree import (
    Call,
    Comparison,
    Constant,
    Embedded,
    Filter,
    Index,
    Logic,
    Name,
    Not,
    Property,
    Tree,
)
from deployflow_gate.syntax.expression.values import (
    Value,
    bounded,
    equal,
    is_list,
    is_object,
    known,
    less,
    text_of,
    truthy,
)
from deployflow_gate.text import UNKNOWN

Context = Mapping[str, Value]
"""Context name (lower case) -> its value, such as {"env": {"TAG": "1.0"}}. What is not in it is unknown, not null."""


class Partial(dict[str, Value]):
    """An object of which only some properties are known: any other is UNKNOWN."""


def fold(tree: Tree, context: Context) -> Value:
    """The value of an expression; UNKNOWN, or a text with UNKNOWN in it, where `context` does not tell enough."""
    match tree:
        case Constant():
            return tree.value
        case Name():
            return context.get(tree.name.lower(), UNKNOWN)
        case Property():
            return _property(fold(tree.object, context), tree.name)
        case Index():
            return _index(fold(tree.object, context), fold(tree.index, context))
        case Filter():
            return _values(fold(tree.object, context))
        case Call():
            return _call(tree, context)
        case Not() | Comparison():
            answer = truth(tree, context)
            return UNKNOWN if answer is None else answer
        case Logic():
            return _logic(tree, context)


def evaluate(tree: Tree, context: Context) -> str:
    """The text an expression is replaced by: a sketch, UNKNOWN in the place of what is not known."""
    return bounded(text_of(fold(tree, context)))


def sketch(text: str, embedded: Iterable[Embedded], context: Context) -> str:
    """A text with its expressions (of `find`) replaced by what they come to."""
    pieces: list[str] = []
    at = 0
    for expression in embedded:
        pieces.append(text[at : expression.start])
        pieces.append(UNKNOWN if expression.tree is None else evaluate(expression.tree, context))
        at = expression.end
    pieces.append(text[at:])
    return bounded("".join(pieces))


def truth(tree: Tree, context: Context) -> bool | None:
    """Whether the expression counts as true; None where it cannot be known."""
    match tree:
        case Not():
            inner = truth(tree.operand, context)
            return None if inner is None else not inner
        case Logic():
            answers = [truth(operand, context) for operand in tree.operands]
            decisive = tree.operator == "||"
            return decisive if decisive in answers else None if None in answers else not decisive
        case Comparison():
            return _compare(tree.operator, fold(tree.left, context), fold(tree.right, context))
        case _:
            return truthy(fold(tree, context))


def _compare(operator: str, left: Value, right: Value) -> bool | None:
    if operator in ("==", "!="):
        answer = equal(left, right)
        return None if answer is None else answer == (operator == "==")
    forward = less(left, right) if operator in ("<", "<=") else less(right, left)
    if forward is None or forward or operator in ("<", ">"):
        return forward
    return equal(left, right)


def _logic(tree: Logic, context: Context) -> Value:
    """The first operand that decides, else the last; UNKNOWN behind an unknown one (`truth` may still know it)."""
    decisive = tree.operator == "||"
    value: Value = UNKNOWN
    for operand in tree.operands:
        value = fold(operand, context)
        answer = truthy(value)
        if answer is None and operand is not tree.operands[-1]:
            return UNKNOWN
        if answer is decisive:
            return value
    return value


def _property(value: Value, name: str) -> Value:
    if is_object(value):
        if name in value:
            return value[name]
        upper = name.upper()
        for key, item in value.items():
            if key.upper() == upper:
                return item
        return UNKNOWN if isinstance(value, Partial) else None
    if isinstance(value, Filtered):
        found = (_property(item, name) for item in value)
        return Filtered(item for item in found if item is not None)
    return None if known(value) else UNKNOWN


def _index(value: Value, index: Value) -> Value:
    if not known(index) or not known(value):
        return UNKNOWN
    if is_list(value):
        if isinstance(index, bool) or not isinstance(index, int | float):
            return UNKNOWN if isinstance(index, str) else None
        return value[int(index)] if 0 <= index < len(value) else None
    return _property(value, text_of(index)) if is_object(value) else None


class Filtered(list[Value]):
    """What `.*` gives: a property of it is the list of that property of each."""


def _values(value: Value) -> Value:
    if isinstance(value, Partial) or not known(value):
        return UNKNOWN
    if is_object(value):
        return Filtered(value.values())
    return Filtered(value) if is_list(value) else Filtered()


def _call(tree: Call, context: Context) -> Value:
    if tree.name.lower() == "case":
        return _case(tree, context)
    return call(tree.name, [fold(argument, context) for argument in tree.arguments])


def _case(tree: Call, context: Context) -> Value:
    """`case(condition, value, …, default)`."""
    if len(tree.arguments) < 3 or len(tree.arguments) % 2 == 0:
        return UNKNOWN
    for condition, value in zip(tree.arguments[:-1:2], tree.arguments[1::2], strict=True):
        answer = truth(condition, context)
        if answer is None:
            return UNKNOWN
        if answer:
            return fold(value, context)
    return fold(tree.arguments[-1], context)
