"""Image references: `registry/repository:tag@digest`, by the grammar of the distribution project's `reference` package.

Docker's defaults are filled in as its client does: no registry is `docker.io`, a single name on it is in `library/`. Parsed from
a sketch, of which every piece that is sure is known: the tag of `${REGISTRY}/app:1.2` is `1.2`.
"""

from __future__ import annotations

from functools import cached_property

from deployflow_gate.record import dataclass
from deployflow_gate.regex import regex
from deployflow_gate.text import UNKNOWN

DOCKER_HUB = "docker.io"
MAX_NAME = 255
"""Registry and repository together, by the specification."""

_HOST = regex(
    r"(?:(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*"
    r"|\[[a-fA-F0-9:]+\])(?::[0-9]+)?"
)
_REPOSITORY_PART = regex(r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*")
_TAG = regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_DIGEST = regex(r"[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}")
_DIGEST_LENGTHS = {"sha256": 64, "sha384": 96, "sha512": 128}
_IDENTIFIER = regex(r"[a-f0-9]{64}")


@dataclass(frozen=True, slots=True)
class Flaw:
    """What of a reference is against the grammar: the offsets in the sketch, and a sentence."""

    start: int
    end: int
    message: str


@dataclass(frozen=True, eq=False)
class ImageSyntax:
    """The pieces of a reference. A piece is None if it is absent, or if it is named in `unknown`.

    `tag_start` and `tag_end` are offsets in the sketch, also of a tag that is known in part; None if there is none.
    """

    sketch: str
    registry: str | None
    repository: str | None
    tag: str | None
    digest: str | None
    unknown: frozenset[str]
    tag_start: int | None
    tag_end: int | None
    last_part: str | None
    """The last part of the repository (`python` of `mirror.example/hub/python`) if that is known."""

    @cached_property
    def flaws(self) -> tuple[Flaw, ...]:
        return tuple(_flaws(self))

    @property
    def tag_sketch(self) -> str:
        """The tag with UNKNOWN for what of it is not known ("" if there is none that is written)."""
        return "" if self.tag_start is None else self.sketch[self.tag_start : self.tag_end]


def parse_image(sketch: str) -> ImageSyntax:
    """Take a reference apart. Never raises; what is against the grammar is in `flaws`."""
    unknown: set[str] = set()
    before, at_sign, written = sketch.partition("@")
    digest = written or None if at_sign else None
    if UNKNOWN in written:
        digest = None
        unknown.add("digest")
    slash = before.rfind("/")
    colon = before.find(":", slash + 1)
    tag_start, tag_end = (None, None) if colon == -1 else (colon + 1, len(before))
    name = before if colon == -1 else before[:colon]
    tag = before[colon + 1 :] or None if colon != -1 else None
    if tag is not None and UNKNOWN in tag:
        tag = None
        unknown.add("tag")
    if not at_sign and before.endswith(UNKNOWN):  # the rest, `@digest` as well, may be in the unknown piece
        unknown.add("digest")
    if colon == -1 and name.endswith(UNKNOWN):
        unknown.add("tag")
    registry, repository = _split(name, unknown)
    tail = name[slash + 1 :]
    whole = (slash != -1 or registry is not None) and tail and UNKNOWN not in tail
    return ImageSyntax(
        sketch, registry, repository, tag, digest, frozenset(unknown), tag_start, tag_end, tail if whole else None
    )


def _split(name: str, unknown: set[str]) -> tuple[str | None, str | None]:
    """Registry and repository of a name, Docker's defaults filled in; None, and a note in `unknown`, for what is not known."""
    first, slash, rest = name.partition("/")
    if UNKNOWN in first:
        unknown.update({"registry", "repository"})
        return None, None
    if slash and (any(c in first for c in ".:") or first == "localhost" or first != first.lower()):
        registry, repository = first, rest
    else:
        registry, repository = DOCKER_HUB, name
    if registry == "index.docker.io":
        registry = DOCKER_HUB
    if UNKNOWN in repository:
        unknown.add("repository")
        return registry, None
    if registry == DOCKER_HUB and repository and "/" not in repository:
        repository = f"library/{repository}"
    return registry, repository or None


def _flaws(image: ImageSyntax) -> list[Flaw]:
    sketch = image.sketch
    before = sketch.partition("@")[0]
    name_end = len(before) if image.tag_start is None else image.tag_start - 1
    name = sketch[:name_end]
    flaws = []
    if not name:
        flaws.append(Flaw(0, len(sketch), "The image has no name."))
    elif UNKNOWN not in name:
        flaws.extend(_name_flaws(image, name))
    tag = image.tag_sketch
    if image.tag_start is not None and UNKNOWN not in tag and not _TAG.fullmatch(tag):
        what = f"The tag `{tag}` is not one: up to 128 letters, digits, `_`, `.` and `-`, the first no `.` or `-`."
        flaws.append(
            Flaw(image.tag_start, image.tag_start + len(tag), what if tag else "The tag behind the `:` is empty.")
        )
    if "@" in sketch and "digest" not in image.unknown:
        digest = sketch[len(before) + 1 :]
        if not _is_digest(digest):
            flaws.append(
                Flaw(len(before) + 1, len(sketch), f"The digest `{digest}` is not one: `sha256:` and 64 hex digits.")
            )
    return flaws


def _name_flaws(image: ImageSyntax, name: str) -> list[Flaw]:
    first, slash, rest = name.partition("/")
    given = image.registry is not None and slash and first in {image.registry, "index.docker.io"}
    flaws = []
    if given and not _HOST.fullmatch(first):
        flaws.append(Flaw(0, len(first), f"The registry `{first}` is not a host name with an optional port."))
    at = len(first) + 1 if given else 0
    for part in (rest if given else name).split("/"):
        if not _REPOSITORY_PART.fullmatch(part):
            flaws.append(Flaw(at, at + len(part), _part_message(part)))
        at += len(part) + 1
    if len(name) > MAX_NAME:
        flaws.append(Flaw(0, len(name), f"The image's name has more than {MAX_NAME} characters."))
    elif _IDENTIFIER.fullmatch(name):
        flaws.append(Flaw(0, len(name), "The image's name has 64 hex digits, which only an image's id may have."))
    return flaws


def _part_message(part: str) -> str:
    if not part:
        return "The image's name has an empty part."
    if part != part.lower() and _REPOSITORY_PART.fullmatch(part.lower()):
        return f"The image's name has capital letters in `{part}`; Docker accepts only small ones."
    return f"The part `{part}` of the image's name is not small letters and digits, joined by `.`, `_`, `__` or `-`."


def _is_digest(digest: str) -> bool:
    if not _DIGEST.fullmatch(digest):
        return False
    algorithm, _, code = digest.partition(":")
    length = _DIGEST_LENGTHS.get(algorithm)
    return length is None or (len(code) == length and code == code.lower())
