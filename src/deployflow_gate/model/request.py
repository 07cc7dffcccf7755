"""What asks for an image to be built: a compose service's `build:`, a workflow step that builds, a bake target."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployflow_gate.record import dataclass
from deployflow_gate.text import Mapped, Span, Text

if TYPE_CHECKING:
    from deployflow_gate.model.node import Node
    from deployflow_gate.model.variable import Variable


@dataclass(frozen=True, eq=False)
class BuildRequest:
    """One request, as written; the linker resolves its paths and makes a Build of it. It is no node of its own.

    `owner` is the Service or Step that asks (None: nobody, the Dockerfile stands for itself) and `span` the place to
    report a problem of the request at. `context` and `dockerfile` are relative to `base_dir`, a POSIX folder relative
    to the repository's root ("" is the root itself); a Dockerfile's path is relative to the context, as in compose.
    `dockerfile` is None where the default name applies, `context` is None where none is given, and the value of either
    is None where it cannot be known. `inline` is the text of a Dockerfile written in the request itself.
    `push` is None where the request does not say; `development` is None where nothing tells the two apart.
    """

    owner: Node | None
    span: Span
    context: Text | None = None
    dockerfile: Text | None = None
    target: Text | None = None
    arguments: tuple[Variable, ...] = ()
    tags: tuple[Text, ...] = ()
    push: bool | None = None
    inline: Mapped | None = None
    base_dir: str = ""
    development: bool | None = None
    dockerfile_from_base: bool = False
    """True where `dockerfile` is relative to `base_dir` instead of the context (`docker build -f`, build-push-action)."""
    remote_context: bool = False
    """True where the context is not a folder of the checkout (a git URL, `-`, the action's default git context)."""
    tag_sources: tuple[Node, ...] = ()
    """The steps whose outputs make the tags (`steps.meta.outputs.tags` of docker/metadata-action)."""
    contexts: tuple[str, ...] = ()
    """The names of the contexts given beside the main one (sketches): each stands for the stage or image of its name."""

    @property
    def context_span(self) -> Span:
        """Where the context is written, or else the request."""
        return self.context.span if self.context is not None else self.span

    @property
    def dockerfile_span(self) -> Span:
        return self.dockerfile.span if self.dockerfile is not None else self.span

    @property
    def target_span(self) -> Span:
        return self.target.span if self.target is not None else self.span
