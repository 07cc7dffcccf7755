"""What a service's build request takes from elsewhere: the file that its own is laid over, and the folder that paths go from."""

from __future__ import annotations

from collections.abc import Mapping

from deployflow_gate.model.compose.role import is_plain, plain_beside
from deployflow_gate.model.compose.service import Service
from deployflow_gate.model.request import BuildRequest
from deployflow_gate.record import replace
from deployflow_gate.text import UNKNOWN, Text


def completed(request: BuildRequest, folders: Mapping[str, str]) -> BuildRequest:
    """The request as compose puts it together; `folders` are the `project_directory` of included files, by their paths.

    A service that names no context, in a file that compose does not load by itself, is only part of one: if the rest of it is
    nowhere beside it, its context cannot be known.
    """
    service = request.owner
    if not isinstance(service, Service):
        return request
    file = service.file
    if file.path in folders:
        request = replace(request, base_dir=folders[file.path])
    under = _plain_service(service)
    if under is None or under.build is None:
        unknown = request.context is None and not is_plain(file.path)
        return replace(request, context=Text(request.span, "", UNKNOWN)) if unknown else request
    base = completed(under.build, folders)
    own = {variable.name.value for variable in request.arguments}
    bare = request.context is None
    defaulted = request.dockerfile is None and request.inline is None
    return replace(
        request,
        context=base.context if bare else request.context,
        base_dir=base.base_dir if bare else request.base_dir,
        remote_context=base.remote_context if bare else request.remote_context,
        dockerfile=base.dockerfile if defaulted else request.dockerfile,
        inline=base.inline if defaulted else request.inline,
        target=request.target or base.target,
        arguments=(*(a for a in base.arguments if a.name.value not in own), *request.arguments),
        tags=request.tags or base.tags,
    )


def _plain_service(service: Service) -> Service | None:
    """The service of this name in the file that compose takes by itself, if this one may be laid over it."""
    file = service.file
    path = plain_beside(file.path, file.project.paths)
    plain = file.base or (file.other(path) if path is not None else None)
    return plain.service(service.name) if plain is not None else None
