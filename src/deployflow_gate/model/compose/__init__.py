"""Compose files: their services, and what these come to after variables, anchors, merge keys and `extends`.

What a file is for (`ComposeFile.role`) is inferred, in this order:

1. a glob of the policy's `production` matches: production;
2. a word of the file's name (`docker-compose.dev.yml`, `compose.prod.yaml`) or else of a folder around it
   (`.devcontainer/`, `.github/`, `examples/`): development or production; development where words of both kinds are there;
3. a plain file (`compose.yaml`, `docker-compose.yml`) beside one for production is what the two share: unknown;
   beside an override or development file, but none for production, it is what production uses, since compose loads
   the override by itself only where somebody develops;
4. else: unknown.

A file that is laid over another (`ComposeFile.base`) is the override that compose loads by itself, or one that names a
service which without the plain file beside it has neither image nor build.
"""

from __future__ import annotations

from deployflow_gate.model.compose.file import ComposeFile
from deployflow_gate.model.compose.healthcheck import Healthcheck
from deployflow_gate.model.compose.mount import Mount
from deployflow_gate.model.compose.port import Port
from deployflow_gate.model.compose.role import Role
from deployflow_gate.model.compose.service import Dependency, Service
from deployflow_gate.model.compose.values import truth

__all__ = ["ComposeFile", "Dependency", "Healthcheck", "Mount", "Port", "Role", "Service", "truth"]
