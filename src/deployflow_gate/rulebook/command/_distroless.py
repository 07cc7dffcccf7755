"""What images without a shell have in them: whether a shell was brought along, and which Python or Node stands in the base."""

from __future__ import annotations

from posixpath import basename
from typing import TYPE_CHECKING

from deployflow_gate.model.command_wrappers import SHELLS
from deployflow_gate.regex import regex
from deployflow_gate.text import UNKNOWN

if TYPE_CHECKING:
    from deployflow_gate.model.image import Image
    from deployflow_gate.model.imageref import ImageRef
    from deployflow_gate.model.instruction import Transfer

DISTROLESS = "gcr.io/distroless/"
_CHAINGUARD = frozenset({"cgr.dev/chainguard/static", "cgr.dev/chainguard/glibc-dynamic", "cgr.dev/chainguard/python"})
_DOTNET = "mcr.microsoft.com/dotnet/"
_SYSTEM_FOLDERS = frozenset(
    {"", ".", "bin", "sbin", "usr", "local", "rootfs", "root", "image", "*", "sysroot", "fs", "layers"}
)
_ARCHIVE = regex(r".*\.(?:tar|tgz|txz|tar\.\w+)")

PYTHON_OF_DEBIAN = {"debian10": (3, 7), "debian11": (3, 9), "debian12": (3, 11), "debian13": (3, 13)}
"""The Python of each release of Debian, which is that of the distroless image built from it."""


def shellless(image: Image) -> bool:
    """Whether there is surely no shell: none in the base, and nothing copied may be one."""
    base = image.base
    if not image.stage.from_scratch and (base is None or not has_no_shell(base)):
        return False
    programs = {basename(words[0].sketch) for i in (image.entrypoint, image.command) if i and (words := i.exec_words)}
    return not any(may_bring(transfer, programs) for transfer in image.transfers)


def has_no_shell(base: ImageRef) -> bool:
    """Whether it is an image of which it is known that it has no shell."""
    name, tag = base.name, base.tag
    if name is None or "tag" in base.unknown:
        return False
    parts = (tag or "").split("-")
    if name.startswith(DISTROLESS):
        return "debug" not in parts
    if name in _CHAINGUARD:
        return "dev" not in parts
    return name.startswith(_DOTNET) and any(part in {"chiseled", "distroless"} for part in parts)


def may_bring(transfer: Transfer, programs: set[str]) -> bool:
    """Whether what is copied may hold a shell: by its name, as a folder of the system, an archive, or what is not known."""
    target = transfer.destination.sketch.rstrip("/") if transfer.destination is not None else UNKNOWN
    for source in transfer.sources:
        last = basename(source.sketch.rstrip("/"))
        if UNKNOWN in source.sketch or last in SHELLS or "busybox" in source.sketch or _ARCHIVE.fullmatch(last):
            return True
        if last in _SYSTEM_FOLDERS and (transfer.from_ is not None or target in {"", "/"}):
            return True
        if target in {"", "/usr", "/bin", "/usr/bin", "/usr/local/bin", "/usr/local"} and not _is_program(
            last, programs
        ):
            return True
    return UNKNOWN in target or basename(target) in SHELLS


def _is_program(name: str, programs: set[str]) -> bool:
    return name in programs or "." in name


def python_of(base: ImageRef) -> tuple[int, ...] | None:
    """Major and minor version of a distroless image's Python; None where it is none, or moves."""
    name = base.name or ""
    if not name.startswith(DISTROLESS + "python3-"):
        return None
    return PYTHON_OF_DEBIAN.get(name.rpartition("-")[2])


_NODE = regex(r"nodejs(\d+)?(?:-debian\d+)?")


def node_of(base: ImageRef) -> tuple[int, ...] | None:
    """The major version of a distroless image's Node."""
    name = base.name or ""
    found = _NODE.fullmatch(name.removeprefix(DISTROLESS)) if name.startswith(DISTROLESS) else None
    if found is None:
        return None
    return (int(found[1]),) if found[1] else base.version[:1] or None
