"""A webhook's payload, read as what it is: a file whose keys may be missing, null, or something else than one thinks."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from deployflow_gate.github.inputs import EnvironmentFault
from deployflow_gate.record import dataclass

MAX_PAYLOAD_BYTES = 32 * 1024 * 1024
"""GitHub sends no payload above 25 MB (docs: webhook-events-and-payloads, payload cap)."""


@dataclass(frozen=True, slots=True)
class Payload:
    """A mapping of the payload and the name under which it stands there. What is absent reads as "", None or an empty mapping."""

    name: str
    values: Mapping[str, Any]

    def within(self, key: str) -> Payload:
        """The mapping of a key, an empty one where there is none."""
        value = self.values.get(key)
        return Payload(f"{self.name}.{key}", value if isinstance(value, dict) else {})

    def needed(self, key: str) -> Payload:
        """The mapping of a key. Raises EnvironmentFault where there is none."""
        found = self.within(key)
        if not found.values:
            raise EnvironmentFault(
                f"The event has no `{found.name}`, so there is nothing to judge. Look at the workflow's `on`."
            )
        return found

    def text(self, key: str) -> str:
        value = self.values.get(key)
        return value if isinstance(value, str) else ""

    def flag(self, key: str) -> bool | None:
        value = self.values.get(key)
        return value if isinstance(value, bool) else None

    def number(self, key: str) -> int:
        """A positive number. Raises EnvironmentFault for anything else."""
        value = self.values.get(key)
        if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
            raise EnvironmentFault(f"The event's `{self.name}.{key}` is no number.")
        return value


def read_payload(file: Path | None) -> Payload:
    """The payload in the runner's file; an empty one where there is no file. Raises EnvironmentFault for one that is no JSON."""
    import json

    if file is None:
        return Payload("event", {})
    try:
        with file.open("rb") as stream:
            data = stream.read(MAX_PAYLOAD_BYTES + 1)
    except OSError as error:
        raise EnvironmentFault(f"The event's file cannot be read: {error.strerror or type(error).__name__}.") from error
    if len(data) > MAX_PAYLOAD_BYTES:
        raise EnvironmentFault(f"The event's file is larger than {MAX_PAYLOAD_BYTES // 1024**2} MiB.")
    try:
        values = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise EnvironmentFault("The event's file is no JSON.") from error
    if not isinstance(values, dict):
        raise EnvironmentFault("The event's file holds no JSON object.")
    return Payload("event", values)
