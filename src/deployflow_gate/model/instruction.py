"""Every kind of instruction, and the choice among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployflow_gate.model.instructions.base import Flag, Instruction
from deployflow_gate.model.instructions.mount import RunMount
from deployflow_gate.model.instructions.run import Cmd, Entrypoint, Healthcheck, Run, Shell
from deployflow_gate.model.instructions.settings import (
    Expose,
    ExposedPort,
    Maintainer,
    Onbuild,
    Stopsignal,
    Unknown,
    User,
    Volume,
    Workdir,
)
from deployflow_gate.model.instructions.start import Arg, Env, From, Label
from deployflow_gate.model.instructions.transfer import Add, Copy, Transfer

if TYPE_CHECKING:
    from deployflow_gate.model.dockerfile import Dockerfile
    from deployflow_gate.model.stage import Stage
    from deployflow_gate.syntax.dockerfile import InstructionSyntax

__all__ = [
    "Add",
    "Arg",
    "Cmd",
    "Copy",
    "Entrypoint",
    "Env",
    "Expose",
    "ExposedPort",
    "Flag",
    "From",
    "Healthcheck",
    "Instruction",
    "Label",
    "Maintainer",
    "Onbuild",
    "Run",
    "RunMount",
    "Shell",
    "Stopsignal",
    "Transfer",
    "Unknown",
    "User",
    "Volume",
    "Workdir",
    "make",
]

_KINDS: dict[str, type[Instruction]] = {
    kind.__name__.upper(): kind
    for kind in (
        *(Add, Arg, Cmd, Copy, Entrypoint, Env, Expose, From, Healthcheck, Label),
        *(Maintainer, Onbuild, Run, Shell, Stopsignal, User, Volume, Workdir),
    )
}


def make(
    dockerfile: Dockerfile, stage: Stage | None, syntax: InstructionSyntax, index: int, *, onbuild: bool = False
) -> Instruction:
    """The node of an instruction."""
    return _KINDS.get(syntax.name, Unknown)(dockerfile, stage, syntax, index, onbuild)
