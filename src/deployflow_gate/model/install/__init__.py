"""What a command does as a package manager: which packages, from where, and with what care."""

from __future__ import annotations

from deployflow_gate.model.install.facts import Install, Package
from deployflow_gate.model.install.read import read_install

__all__ = ["Install", "Package", "read_install"]
