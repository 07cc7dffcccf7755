"""Users as USER, `user:` and --user name them."""

from __future__ import annotations

from deployflow_gate.text import Text


def is_root(user: Text) -> bool:
    """Whether a user, with or without a group, is surely root."""
    return user.sketch.partition(":")[0].lower() in {"root", "0"}
