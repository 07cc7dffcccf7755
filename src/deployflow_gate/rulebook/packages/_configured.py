"""Whether a package manager may have been told something once and for all, by its configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from deployflow_gate.model.instruction import Instruction, Run


def configured(run: Run, setting: str, *files: str) -> bool:
    """Whether an instruction up to this one writes the setting (in lower case), or copies something, to one of the files."""
    if run.stage is None or not any(run.dockerfile.mentions(file) for file in files):
        return False
    return run.stage.first(_configures, setting, *files) <= run.index


def _configures(instruction: Instruction, setting: str, *files: str) -> bool:
    from deployflow_gate.model.instruction import Run, Transfer

    if isinstance(instruction, Run):
        text = instruction.argument_text.text.lower()
        return setting in text and any(file in text for file in files)
    if isinstance(instruction, Transfer):
        to = instruction.destination.sketch if instruction.destination is not None else ""
        return any(file in to for file in files)
    return False
