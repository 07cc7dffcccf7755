"""Whether a package manager may have been told something once and for all, by its configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from deployflow_gate.model.instruction import Run


def configured(run: Run, setting: str, *files: str) -> bool:
    """Whether an instruction up to this one writes the setting (in lower case), or copies something, to one of the files."""
    from deployflow_gate.model.instruction import Run, Transfer

    written = run.dockerfile.source.text
    if not any(file in written for file in files):
        return False  # most files; looking through all instructions for each install is quadratic
    for earlier in run.stage.history if run.stage else ():
        if isinstance(earlier, Run):
            text = earlier.argument_text.text.lower()
            if setting in text and any(file in text for file in files):
                return True
        elif isinstance(earlier, Transfer):
            to = earlier.destination.sketch if earlier.destination is not None else ""
            if any(file in to for file in files):
                return True
        if earlier.index == run.index and earlier.stage is run.stage:
            break
    return False
