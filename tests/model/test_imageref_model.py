from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from deployflow_gate.model.imageref import ImageRef, Variant, variant_of
from deployflow_gate.model.images_known import (
    _ROWS,
    PACKAGE_MANAGERS,
    default_user,
    distro_of,
    has_tool,
    known_image,
    package_manager,
)
from deployflow_gate.model.node import Node
from deployflow_gate.text import UNKNOWN as U
from deployflow_gate.text import Source, Span, Text


@dataclass(frozen=True, eq=False)
class Owner:
    span: Span

    def children(self) -> Iterator[Node]:
        return iter(())


def ref(written: str, sketch: str | None = None, *, is_stage: bool = False) -> ImageRef:
    source = Source("Dockerfile", f"FROM {written} AS x\n")
    span = Span(source, 5, 5 + len(written))
    return ImageRef.of(
        Owner(source.whole), Text(span, written, written if sketch is None else sketch), is_stage=is_stage
    )


@pytest.mark.parametrize(
    ("written", "name", "official"),
    [
        ("python:3", "python", True),
        ("docker.io/library/python", "python", True),
        ("bitnami/redis", "bitnami/redis", False),
        ("ghcr.io/a/b@sha256:x", "ghcr.io/a/b", False),
        ("library/x/y", "x/y", True),
    ],
)
def test_names(written: str, name: str, official: bool) -> None:
    image = ref(written)
    assert (image.name, image.official) == (name, official)


def test_a_stage_and_scratch_have_no_parts() -> None:
    for image in (ref("build", is_stage=True), ref("scratch")):
        assert (image.registry, image.repository, image.name, image.tag, image.tag_span) == (None,) * 5
        assert image.pinned is True
        assert not image.untagged
        assert not image.faults
        assert image.unknown == frozenset()
    assert ref("scratch").is_scratch
    assert not ref("scratch", is_stage=True).is_scratch
    assert not ref("scratch:1").is_scratch


@pytest.mark.parametrize(
    ("written", "sketch", "pinned", "untagged"),
    [
        ("a", "a", False, True),
        ("a:", "a:", False, True),
        ("a:1", "a:1", False, False),
        ("a@sha256:1", "a@sha256:1", True, False),
        ("$A", U, None, False),
        ("a:$V", f"a:{U}", None, False),
        ("$A/b", f"{U}/b", False, True),
        ("a@$D", f"a@{U}", None, False),
        ("${A}:1-x", f"{U}:1-x", False, False),
    ],
)
def test_pinned_and_untagged(written: str, sketch: str, pinned: bool | None, untagged: bool) -> None:
    image = ref(written, sketch)
    assert (image.pinned, image.untagged) == (pinned, untagged)


@pytest.mark.parametrize(
    ("written", "sketch", "place"),
    [
        ("python:3.12", None, "3.12"),
        ("host:5000/a:1@sha256:00", None, "1"),
        ("host:5000/a", None, None),
        ('"python:3.12"', "python:3.12", "3.12"),
        ("'a:1'", "a:1", "1"),
        ("$R/app:1.2", f"{U}/app:1.2", "1.2"),
        ("$R/app:1.2", "docker.io/app:1.2", "1.2"),
        ("python:$V", "python:3", "python:$V"),
        ("python:$V", f"python:{U}", "python:$V"),
        ("python:${V}-slim", f"python:{U}-slim", "python:${V}-slim"),
        ("$A", "python:3", "$A"),
        ("$A", U, None),
        ("a:", None, ""),
    ],
)
def test_the_tag_has_its_place(written: str, sketch: str | None, place: str | None) -> None:
    span = ref(written, sketch).tag_span
    assert (span.text if span else None) == place


@pytest.mark.parametrize(
    ("written", "sketch", "place"),
    [
        ("Python:3", None, "Python"),
        ('"Python:3"', "Python:3", "Python"),
        ("$A", "Python:3", "$A"),
        ("a:$V", "a:b c", "a:$V"),
    ],
)
def test_faults_have_their_place(written: str, sketch: str | None, place: str) -> None:
    assert [fault.span.text for fault in ref(written, sketch).faults] == [place]


@pytest.mark.parametrize(
    ("tag", "version", "suffixes"),
    [
        ("3.12.4-slim-bookworm", (3, 12, 4), ("slim", "bookworm")), ("3", (3,), ()), ("v1.2", (1, 2), ()), ("", (), ()),
        ("latest", (), ("latest",)), ("slim", (), ("slim",)), ("lts-alpine", (), ("lts", "alpine")),
        ("20-alpine3.19", (20,), ("alpine3.19",)), ("3.13.0rc1-slim", (3, 13, 0), ("rc1", "slim")),
        ("8u342-jdk", (8, 342), ("jdk",)),
        ("11.0.20_8-jre", (11, 0, 20, 8), ("jre",)), ("22.04", (22, 4), ()), ("bookworm-20240513", (), ("bookworm", "20240513")),
        ("20240513", (20240513,), ()), ("7d3f2a1", (), ("7d3f2a1",)), ("jdk-21", (), ("jdk", "21")), (f"{U}-slim", (), ("slim",)),
        (f"3.12-{U}", (3, 12), ()), (f"3.{U}-slim", (), ("slim",)), (U, (), ()), ("1.25beta1", (1, 25), ("beta1",)),
        ("2024.1", (2024, 1), ()), ("1-", (1,), ()), ("RELEASE.2024-05-10T01", (), ("RELEASE.2024", "05", "10T01")),
        ("9" * 30, (), ("9" * 30,)),
    ],
)  # fmt: skip
def test_a_tag_is_taken_apart(tag: str, version: tuple[int, ...], suffixes: tuple[str, ...]) -> None:
    assert variant_of(tag) == Variant(version, suffixes)


def test_the_shortcuts_agree() -> None:
    image = ref("python:3.12-slim")
    assert (
        (image.version, image.suffixes)
        == (image.variant_parts.version, image.variant_parts.suffixes)
        == ((3, 12), ("slim",))
    )
    assert list(image.children()) == []


def test_the_base_name_is_known_behind_an_unknown_registry() -> None:
    assert ref("$M/hub/python:3", f"{U}/hub/python:3").base_name == "python"


def test_the_table_of_known_images_is_consistent() -> None:
    names = [row.name for row in _ROWS]
    assert len(names) == len(set(names))
    for row in _ROWS:
        assert row.distro is None or row.distro == "buildpack" or row.distro in PACKAGE_MANAGERS, row.name
        assert row.variants <= {"slim", "alpine"}
        image = ref(row.name)
        assert image.name == row.name
        assert image.known is row


def test_known_through_a_mirror() -> None:
    for name in ["python", "public.ecr.aws/docker/library/python", "mirror.gcr.io/library/python"]:
        assert known_image(name) is known_image("python")
    assert known_image("someone/python") is None
    assert ref("$A", U).known is None


@pytest.mark.parametrize(
    ("image", "distro", "manager", "user", "curl", "wget"),
    [
        ("python:3.12", "debian", "apt-get", "root", True, True),
        ("python:3.12-slim", "debian", "apt-get", "root", False, False),
        ("python:3.12-alpine", "alpine", "apk", "root", False, True),
        ("python:3.12-windowsservercore", None, None, "root", None, None),
        ("node:22-bookworm-slim", "debian", "apt-get", "root", False, False),
        ("php:8.3-apache", "debian", "apt-get", "root", True, False),
        ("php:8.3-fpm-alpine", "alpine", "apk", "root", True, True),
        ("debian:12-slim", "debian", "apt-get", "root", False, False),
        ("ubuntu:24.04", "ubuntu", "apt-get", "root", False, False),
        ("alpine:3.20", "alpine", "apk", "root", False, True),
        ("golang:1.23-alpine3.20", "alpine", "apk", "root", False, True),
        ("maven:3-amazoncorretto-21", None, None, "root", None, None),
        ("nginx:1.27", "debian", "apt-get", "root", True, None),
        ("nginx:alpine-slim", "alpine", "apk", "root", None, True),
        ("nginxinc/nginx-unprivileged:1.27", "debian", "apt-get", "101", True, None),
        ("gcr.io/distroless/static:nonroot", "none", None, "nonroot", False, False),
        ("gcr.io/distroless/python3-debian12:debug-nonroot", "none", None, "nonroot", None, None),
        ("gcr.io/distroless/base", "none", None, "root", False, False),
        ("bitnami/redis:7.2", None, None, "1001", None, None),
        ("bitnami/minideb", None, None, None, None, None),
        ("cgr.dev/chainguard/python:latest", None, None, "65532", None, None),
        ("cgr.dev/chainguard/wolfi-base", None, None, None, None, None),
        ("docker:27-dind-rootless", "alpine", "apk", None, None, True),
        ("grafana/grafana:11-ubuntu", "ubuntu", "apt-get", "472", None, None),
        ("someone/app:1", None, None, None, None, None),
        ("registry.access.redhat.com/ubi9/ubi-minimal:9.4", "rhel-minimal", "microdnf", "root", True, None),
    ],
)
def test_facts(
    image: str, distro: str | None, manager: str | None, user: str | None, curl: bool | None, wget: bool | None
) -> None:
    one = ref(image)
    assert (distro_of(one), package_manager(one), default_user(one)) == (distro, manager, user)
    assert (has_tool(one, "curl"), has_tool(one, "wget")) == (curl, wget)


def test_an_unknown_tag_leaves_open_what_hangs_on_it() -> None:
    python = ref("python:$V", f"python:{U}")
    assert (distro_of(python), has_tool(python, "curl"), default_user(python)) == (None, None, "root")
    assert distro_of(ref("python:$V-slim-bookworm", f"python:{U}-slim-bookworm")) == "debian"
    assert distro_of(ref("ubuntu:$V", f"ubuntu:{U}")) == "ubuntu"
    distroless = ref("gcr.io/distroless/static:$V", f"gcr.io/distroless/static:{U}")
    assert (default_user(distroless), has_tool(distroless, "curl")) == (None, None)
    assert (distro_of(ref("$A", U)), default_user(ref("$A", U)), has_tool(ref("$A", U), "wget")) == (None, None, None)
