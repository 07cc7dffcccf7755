"""The actions that build an image, by name: what they call their inputs."""

from __future__ import annotations

from collections.abc import Mapping

from deployflow_gate.record import dataclass


@dataclass(frozen=True, slots=True)
class BuildAction:
    """Names of inputs; "" where the action has none of the kind. `pushes` is what it does if `push` is not given.

    `image` names an input that the tags are only the ends of. `file_in_context`: the Dockerfile's path is relative to the
    context; else it is relative to the workspace. `file_needed`: without a Dockerfile's name nothing of the kind is built.
    """

    context: str = "context"
    file: str = "file"
    target: str = "target"
    arguments: str = "build-args"
    tags: str = "tags"
    image: str = ""
    push: str = "push"
    pushes: bool = False
    not_push: str = ""
    outputs: str = ""
    load: str = ""
    tag_separators: str = "\n,"
    argument_separators: str = "\n"
    file_in_context: bool = False
    file_needed: bool = False


_BUILDX = BuildAction(outputs="outputs", load="load")
_KANIKO = BuildAction(context="path", file="build_file", arguments="", tags="tag", image="image", push="", pushes=True)

BUILD_ACTIONS: Mapping[str, BuildAction] = {
    "docker/build-push-action": _BUILDX,
    "depot/build-push-action": _BUILDX,
    "useblacksmith/build-push-action": _BUILDX,
    "namespacelabs/nscloud-build-push-action": _BUILDX,
    "int128/kaniko-action": BuildAction(),
    "aevea/action-kaniko": _KANIKO,
    "redhat-actions/buildah-build": BuildAction(
        file="containerfiles", image="image", push="", file_needed=True, tag_separators="\n ,"
    ),
    "mr-smithers-excellent/docker-build-push": BuildAction(
        context="directory",
        file="dockerfile",
        arguments="buildArgs",
        argument_separators="\n,",
        image="image",
        push="pushImage",
        pushes=True,
    ),
    "elgohr/publish-docker-github-action": BuildAction(
        file="dockerfile",
        target="",
        arguments="buildargs",
        argument_separators="\n,",
        image="name",
        push="",
        pushes=True,
        not_push="no_push",
        file_in_context=True,
    ),
    "whoan/docker-build-with-cache-action": BuildAction(
        file="dockerfile",
        target="",
        arguments="",
        tags="image_tag",
        image="image_name",
        push="push_image_and_stages",
        pushes=True,
        file_in_context=True,
    ),
}
"""Lower-case name -> its inputs, by their documentation as of 2025."""

BAKE_ACTIONS = frozenset({"docker/bake-action", "depot/bake-action"})

OLD_INPUTS = BuildAction(
    context="path",
    file="dockerfile",
    arguments="build_args",
    argument_separators="\n,",
    image="repository",
    pushes=True,
)
"""docker/build-push-action before version 2, told by its input `repository`."""
