"""Users as USER, `user:` and --user name them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployflow_gate.text import Text

if TYPE_CHECKING:
    from deployflow_gate.model.image import Image

STEP_DOWN = frozenset({"gosu", "su-exec", "setpriv", "runuser", "su", "chpst", "s6-setuidgid"})
"""Programs that go on as another user."""


def is_root(user: Text) -> bool:
    """Whether a user, with or without a group, is surely root."""
    return user.sketch.partition(":")[0].lower() in {"root", "0"}


def image_runs_as_root(image: Image) -> bool:
    """`Image.runs_as_root`."""
    own = image.user
    if own is not None and not is_root(own.user):
        return False
    if own is None and not _root_by_default(image):
        return False
    running = [service for service in image.services if not service.development]
    if running and all(service.user is not None and not is_root(service.user) for service in running):
        return False
    return not image.steps_down(STEP_DOWN)


def _root_by_default(image: Image) -> bool:
    from deployflow_gate.model.images_known import default_user

    if image.stage.from_scratch:
        return image.command is not None or image.entrypoint is not None
    return image.base is not None and default_user(image.base) == "root"
