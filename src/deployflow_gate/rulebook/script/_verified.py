"""What checks a download: by a sum, or by a signature."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deployflow_gate.model.command import Command

MAX_COMMANDS = 500
"""In longer scripts nobody looks further, since this is asked for each download; the longest real one has 124."""

_ALWAYS = frozenset({
    "b2sum", "b3sum", "cksum", "gpgv", "gpgv2", "md5sum", "minisign", "rhash", "sha1sum", "sha224sum", "sha256",
    "sha256sum", "sha384sum", "sha512", "sha512sum", "shasum", "signify", "slsa-verifier", "xxh64sum",
})  # fmt: skip
_STRONG = frozenset({"sha256sum", "sha384sum", "sha512sum", "b2sum", "shasum", "sha256", "sha512"})
_WITH = {
    "gpg": ("--verify",),
    "gpg2": ("--verify",),
    "openssl": ("dgst", "sha1", "sha256", "sha512", "cms", "smime"),
    "cosign": ("verify", "verify-blob", "verify-attestation"),
    "gh": ("attestation",),
    "apksigner": ("verify",),
    "jarsigner": ("-verify",),
    "certutil": ("-hashfile",),
    "git": ("verify-tag", "verify-commit"),
}
"""Tool → the words one of which makes it check something."""


def verifies(command: Command) -> bool:
    """Whether a command checks a file."""
    if command.name in _ALWAYS:
        return True
    words = _WITH.get(command.name or "")
    return words is not None and any(word.sketch in words for word in command.words[1:])


def known_sum(commands: Sequence[Command]) -> bool:
    """Whether one of them compares a file with a strong sum that is not downloaded, but written or held by a variable."""
    return any(
        command.name in _STRONG and any(source.name in ("echo", "printf") for source in command.piped_from)
        for command in commands[:MAX_COMMANDS]
    )


def verified(commands: Sequence[Command]) -> bool:
    """Whether one of them checks a file."""
    return any(verifies(command) for command in commands[:MAX_COMMANDS])
