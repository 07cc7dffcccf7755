"""`build:` of a service as a request."""

from __future__ import annotations

from posixpath import dirname
from typing import TYPE_CHECKING

from deployflow_gate.model.compose.values import pairs_of, text_of, texts_of
from deployflow_gate.model.request import BuildRequest
from deployflow_gate.syntax.yaml import Entry, Mapping, Scalar
from deployflow_gate.text import Mapped, Text

if TYPE_CHECKING:
    from deployflow_gate.model.compose.service import Service
    from deployflow_gate.model.variable import Variable

_REMOTE = ("https://", "http://", "git://", "ssh://", "git@", "github.com/", "oci://", "docker-image://")


def build_request(service: Service, entry: Entry) -> BuildRequest | None:
    """What a service asks to be built; None for `build:` without a value."""
    variables = service.file.variables
    node = entry.value
    if isinstance(node, Scalar):
        context = text_of(node, variables)
        if context is None:
            return None
        fields: dict[str, Text | None] = {}
    elif isinstance(node, Mapping):
        fields = {key: text_of(found.value, variables) for key, found in node.merged.items()}
        context = fields.get("context")
    else:
        return None
    image = service.image
    tags = texts_of(node.get("tags"), variables) if isinstance(node, Mapping) else ()
    written = context.span.source.path if context is not None else entry.key.span.source.path
    return BuildRequest(
        owner=service,
        span=entry.span,
        context=context,
        dockerfile=fields.get("dockerfile"),
        target=fields.get("target"),
        arguments=_arguments(service, node),
        tags=((image.text,) if image is not None else ()) + tags,
        inline=_inline(service, node),
        base_dir=dirname(written),
        development=True if service.development else False if service.file.role == "production" else None,
        remote_context=context is not None and context.sketch.startswith(_REMOTE),
        contexts=_contexts(service, node),
    )


def _arguments(service: Service, node: Scalar | Mapping) -> tuple[Variable, ...]:
    from deployflow_gate.model.variable import Variable

    if not isinstance(node, Mapping):
        return ()
    entry = node.merged.get("args")
    pairs = pairs_of(entry.value if entry else None, service.file.variables)
    return tuple(Variable(service, span, name, value, "build-arg") for span, name, value in pairs)


def _contexts(service: Service, node: Scalar | Mapping) -> tuple[str, ...]:
    entry = node.merged.get("additional_contexts") if isinstance(node, Mapping) else None
    pairs = pairs_of(entry.value if entry else None, service.file.variables)
    return tuple(name.sketch for _, name, _ in pairs)


def _inline(service: Service, node: Scalar | Mapping) -> Mapped | None:
    entry = node.merged.get("dockerfile_inline") if isinstance(node, Mapping) else None
    if entry is None or not isinstance(entry.value, Scalar) or not entry.value.value:
        return None
    from deployflow_gate.model.compose.values import interpolated

    return interpolated(entry.value, service.file.variables).mapped
