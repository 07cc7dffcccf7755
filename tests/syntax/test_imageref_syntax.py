from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployflow_gate.syntax.imageref import parse_image
from deployflow_gate.text import UNKNOWN as U
from tests.growth import SUPERLINEAR, growth

SHA = "sha256:" + "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("text", "registry", "repository", "tag", "digest"),
    [
        ("python", "docker.io", "library/python", None, None),
        ("python:3.12-slim", "docker.io", "library/python", "3.12-slim", None),
        ("library/python", "docker.io", "library/python", None, None),
        ("docker.io/python", "docker.io", "library/python", None, None),
        ("index.docker.io/python", "docker.io", "library/python", None, None),
        ("docker.io/library/python:3", "docker.io", "library/python", "3", None),
        ("bitnami/redis:7", "docker.io", "bitnami/redis", "7", None),
        ("a/b/c", "docker.io", "a/b/c", None, None),
        ("ghcr.io/owner/app:v1", "ghcr.io", "owner/app", "v1", None),
        ("localhost/app", "localhost", "app", None, None),
        ("localhost:5000/app", "localhost:5000", "app", None, None),
        ("localhost:5000", "docker.io", "library/localhost", "5000", None),
        ("host:5000/app:1", "host:5000", "app", "1", None),
        ("host:5000/a/b@" + SHA, "host:5000", "a/b", None, SHA),
        ("python:3@" + SHA, "docker.io", "library/python", "3", SHA),
        ("[::1]:5000/app:1", "[::1]:5000", "app", "1", None),
        ("192.168.1.1/app", "192.168.1.1", "app", None, None),
        ("Registry/app", "Registry", "app", None, None),
        ("a__b/c--d.e:latest", "docker.io", "a__b/c--d.e", "latest", None),
    ],
)
def test_parts(text: str, registry: str, repository: str, tag: str | None, digest: str | None) -> None:
    image = parse_image(text)
    assert (image.registry, image.repository, image.tag, image.digest) == (registry, repository, tag, digest)
    assert image.unknown == frozenset()
    assert image.flaws == ()
    assert image.tag_sketch == (tag or "")


ALL = {"registry", "repository", "tag", "digest"}


@pytest.mark.parametrize(
    ("sketch", "registry", "repository", "tag", "digest", "unknown"),
    [
        (U, None, None, None, None, ALL),
        (f"{U}/app:1.2", None, None, "1.2", None, {"registry", "repository"}),
        (f"{U}/app", None, None, None, None, {"registry", "repository"}),
        (f"{U}app:1", None, None, "1", None, {"registry", "repository"}),
        (f"{U}:5000/app:1", None, None, "1", None, {"registry", "repository"}),
        (f"{U}:1", None, None, "1", None, {"registry", "repository"}),
        (f"{U}@{SHA}", None, None, None, SHA, {"registry", "repository", "tag"}),
        (f"{U}:{U}", None, None, None, None, ALL),
        (f"ghcr.io/{U}/app:1", "ghcr.io", None, "1", None, {"repository"}),
        (f"ghcr.io/{U}", "ghcr.io", None, None, None, {"repository", "tag", "digest"}),
        (f"owner/{U}:1", "docker.io", None, "1", None, {"repository"}),
        (f"python:{U}", "docker.io", "library/python", None, None, {"tag", "digest"}),
        (f"python:{U}-slim", "docker.io", "library/python", None, None, {"tag"}),
        (f"python:3.{U}@{SHA}", "docker.io", "library/python", None, SHA, {"tag"}),
        (f"python:3@{U}", "docker.io", "library/python", "3", None, {"digest"}),
        (f"python{U}", None, None, None, None, ALL),
        (f"a/python{U}", "docker.io", None, None, None, {"repository", "tag", "digest"}),
    ],
)
def test_what_is_sure_of_a_sketch_is_known(
    sketch: str, registry: str | None, repository: str | None, tag: str | None, digest: str | None, unknown: set[str]
) -> None:
    image = parse_image(sketch)
    assert (image.registry, image.repository, image.tag, image.digest) == (registry, repository, tag, digest)
    assert image.unknown == unknown
    assert image.flaws == ()


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("Python:3", "Python", "capital letters in `Python`"),
        ("ghcr.io/Owner/app", "Owner", "capital letters in `Owner`"),
        ("python:3 12", "3 12", "tag `3 12`"),
        ("python:-x", "-x", "tag `-x`"),
        ("python:" + "x" * 129, "x" * 129, "up to 128"),
        ("python:", "", "is empty"),
        (":3", ":3", "no name"),
        ("", "", "no name"),
        ("a//b", "", "empty part"),
        ("a/", "", "empty part"),
        ("a_-b", "a_-b", "the part `a_-b`"),
        ("-a", "-a", "the part `-a`"),
        ("ho_st:1/a", "ho_st:1", "registry `ho_st:1`"),
        ("python@sha256:abc", "sha256:abc", "digest `sha256:abc`"),
        ("python@" + SHA.upper().replace("SHA", "sha"), SHA.upper().replace("SHA", "sha"), "digest"),
        ("python@", "", "digest"),
        ("a" * 256, "a" * 256, "more than 255"),
        ("0123456789abcdef" * 4, "0123456789abcdef" * 4, "64 hex digits"),
        (f"{U}/Not/checked:-", "-", "tag `-`"),
    ],
)
def test_what_is_against_the_grammar_is_told_in_its_place(text: str, place: str, message: str) -> None:
    flaws = parse_image(text).flaws
    assert [text[f.start : f.end] for f in flaws] == [place]
    assert message.lower() in flaws[0].message.lower()


@pytest.mark.parametrize(
    ("sketch", "last"),
    [
        ("python", "python"),
        (f"{U}/hub/python:3", "python"),
        (f"{U}python", None),
        (f"a/{U}", None),
        (U, None),
        ("ghcr.io/x", "x"),
    ],
)
def test_the_last_part_of_the_name(sketch: str, last: str | None) -> None:
    assert parse_image(sketch).last_part == last


@given(st.lists(st.sampled_from([*"aA0.:/@-_ [", U, "localhost", SHA]), max_size=12).map("".join))
def test_no_text_raises_and_parts_are_known_or_unknown(sketch: str) -> None:
    image = parse_image(sketch)
    for flaw in image.flaws:
        assert 0 <= flaw.start <= flaw.end <= len(sketch)
    for part in ("registry", "repository", "tag", "digest"):
        value = getattr(image, part)
        assert value is None or (U not in value and part not in image.unknown)


@pytest.mark.parametrize(
    ("head", "piece", "tail"),
    [("", "a", ""), ("", "a.", ""), ("", "a-", "/"), ("", "a:", ""), ("", "a/", ""), ("x@", "a+", "")],
)
def test_no_reference_is_slow(head: str, piece: str, tail: str) -> None:
    assert growth(lambda size: parse_image(head + piece * size + tail).flaws, 10_000) < SUPERLINEAR
