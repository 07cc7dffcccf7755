"""Dataclasses that cost a start little.

The standard library's compiles three to seven functions for each class as it is defined, and imports `inspect`: 45 ms of a
start that takes 130. Here `__init__` is compiled when a class has more than a few instances, and nothing else is. Type
checkers see the standard library's, of which this keeps what the nodes need: `frozen`, `eq`, `slots`, `field`, `replace`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any

_MISSING = object()
_set = object.__setattr__  # what a frozen class refuses

FEW = 30
"""Instances that are filled without a compiled `__init__`. Each takes 1 µs more; a compilation takes as long as thirty of them, and
most classes that a check of one file knows make fewer."""


class _Field:
    """How a field is to be made, where a plain default does not say it."""

    __slots__ = ("compare", "default", "factory", "repr")

    def __init__(
        self,
        *,
        default: object = _MISSING,
        default_factory: Callable[[], object] | None = None,
        repr: bool = True,  # noqa: A002  as the standard library names it
        compare: bool = True,
    ) -> None:
        self.default = default
        self.factory = default_factory
        self.repr = repr
        self.compare = compare


class _Fields:
    """`__dataclass_fields__` for whom asks: the standard library's `replace`, `fields` and their like."""

    def __get__(self, _: object, owner: type) -> object:
        import dataclasses

        def standard(made: _Field) -> Any:
            given: dict[str, Any] = {"repr": made.repr, "compare": made.compare}
            if made.factory:
                given["default_factory"] = made.factory
            elif made.default is not _MISSING:
                given["default"] = made.default
            return dataclasses.field(**given)

        fields: Mapping[str, _Field] = owner.__record_fields__  # type: ignore[attr-defined]
        spec = [(name, object, standard(made)) for name, made in fields.items()]
        return dataclasses.make_dataclass(owner.__name__, spec, eq=False).__dataclass_fields__  # type: ignore[attr-defined]


def _dataclass(cls: type | None = None, /, *, frozen: bool = False, eq: bool = True, slots: bool = False) -> Any:
    if cls is None:
        return partial(_dataclass, frozen=frozen, eq=eq, slots=slots)
    fields = _fields(cls)
    names = tuple(fields)
    if slots:
        cls = _slotted(cls, fields)
    given: dict[str, object] = {
        "__record_fields__": fields,
        "__dataclass_fields__": _Fields(),
        "__match_args__": names,
        "__init__": _first_init(cls, fields, frozen),
        "__repr__": _repr,
    }
    if frozen:
        given |= {"__setattr__": _refuse, "__delattr__": _refuse}
    if frozen and slots:
        given |= {"__getstate__": _state, "__setstate__": _restore}
    if eq:
        given |= _equality(tuple(name for name, made in fields.items() if made.compare), frozen)
    for name, value in given.items():
        if name not in cls.__dict__:  # what a class says itself stands
            setattr(cls, name, value)
    return cls


def _fields(cls: type) -> dict[str, _Field]:
    """The fields of a class in their order, those of its bases first. Their defaults stay class attributes."""
    fields: dict[str, _Field] = {}
    for base in cls.__mro__[-2:0:-1]:
        fields |= base.__dict__.get("__record_fields__", {})
    for name, annotation in cls.__dict__.get("__annotations__", {}).items():  # noqa: RUF063  that would import inspect
        if annotation.startswith("ClassVar"):
            continue
        default = cls.__dict__.get(name, _MISSING)
        if isinstance(default, _Field):
            delattr(cls, name)
            fields[name] = default
        else:
            fields[name] = _Field(default=default)
    return fields


def _slotted(cls: type, fields: Mapping[str, _Field]) -> type:
    """The class made anew: slots cannot be added to one that is."""
    taken = {name for base in cls.__mro__[1:] for name in getattr(base, "__slots__", ())}
    space = {name: value for name, value in cls.__dict__.items() if name not in fields}
    space.pop("__dict__", None)
    space.pop("__weakref__", None)
    space["__slots__"] = tuple(name for name in fields if name not in taken)
    made: type = type(cls)(cls.__name__, cls.__bases__, space)
    made.__qualname__ = cls.__qualname__
    return made


def _first_init(cls: type, fields: Mapping[str, _Field], frozen: bool) -> Callable[..., None]:
    """An `__init__` for the first few instances, which then puts the compiled one in its place; as it does where a call is
    wrong, since that one says what is."""
    names = frozenset(fields)
    needed = {name for name, made in fields.items() if made.factory is None and made.default is _MISSING}
    put = _set if frozen else setattr
    few = iter(range(FEW))

    def __init__(self: Any, *args: object, **options: object) -> None:  # noqa: N807
        given = dict(zip(fields, args, strict=False)) | options
        right = len(given) == len(args) + len(options) and needed <= given.keys() <= names
        if not right or next(few, None) is None:
            compiled = _init(cls, fields, frozen)
            type.__setattr__(cls, "__init__", compiled)
            compiled(self, *args, **options)
            return
        for name, made in fields.items():
            put(self, name, given[name] if name in given else made.factory() if made.factory else made.default)
        if hasattr(self, "__post_init__"):
            self.__post_init__()

    return __init__


def _init(cls: type, fields: Mapping[str, _Field], frozen: bool) -> Callable[..., None]:
    space: dict[str, Any] = {"_set": _set, "_missing": _MISSING}
    parameters, body = ["self"], []
    for name, made in fields.items():
        value = name
        if made.factory:
            space[f"_make_{name}"] = made.factory
            parameters.append(f"{name}=_missing")
            value = f"_make_{name}() if {name} is _missing else {name}"
        elif made.default is not _MISSING:
            space[f"_default_{name}"] = made.default
            parameters.append(f"{name}=_default_{name}")
        else:
            parameters.append(name)
        body.append(f"_set(self, {name!r}, {value})" if frozen else f"self.{name} = {value}")
    if hasattr(cls, "__post_init__"):
        body.append("self.__post_init__()")
    source = f"def __init__({', '.join(parameters)}):\n " + ("\n ".join(body) or "pass")
    exec(source, space)  # noqa: S102  field names are identifiers of this package's source
    init: Callable[..., None] = space["__init__"]
    init.__qualname__ = f"{cls.__qualname__}.__init__"
    return init


def _equality(names: tuple[str, ...], frozen: bool) -> dict[str, object]:
    content = attrgetter(*names) if names else lambda _: ()

    def __eq__(self: object, other: object) -> object:  # noqa: N807
        return content(self) == content(other) if other.__class__ is self.__class__ else NotImplemented

    def __hash__(self: object) -> int:  # noqa: N807
        return hash(content(self))

    return {"__eq__": __eq__, "__hash__": __hash__ if frozen else None}


@recursive_repr()
def _repr(self: Any) -> str:
    shown = ", ".join(f"{name}={getattr(self, name)!r}" for name, made in self.__record_fields__.items() if made.repr)
    return f"{self.__class__.__qualname__}({shown})"


def _refuse(_: object, name: str, *value: object) -> None:
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"cannot {'assign to' if value else 'delete'} field {name!r}")


def _state(self: Any) -> list[object]:
    return [getattr(self, name) for name in self.__record_fields__]


def _restore(self: Any, state: list[object]) -> None:
    for name, value in zip(self.__record_fields__, state, strict=True):
        _set(self, name, value)


def _replace(self: Any, /, **changes: object) -> Any:
    for name in self.__record_fields__:
        if name not in changes:
            changes[name] = getattr(self, name)
    return self.__class__(**changes)


if TYPE_CHECKING:
    from dataclasses import dataclass, field, replace
else:
    dataclass, field, replace = _dataclass, _Field, _replace

__all__ = ["dataclass", "field", "replace"]
