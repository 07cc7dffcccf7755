"""SHA-256 without OpenSSL, whose library takes 2 ms to load: the interpreter has its own, as `random` knows, too."""

from __future__ import annotations

try:
    from _sha2 import sha256  # type: ignore[import-not-found]  # since 3.12
except ImportError:
    try:
        from _sha256 import sha256  # type: ignore[import-not-found]
    except ImportError:  # an interpreter that was built without
        from hashlib import sha256


def sha256_hex(data: bytes, digits: int = 64) -> str:
    """The first hex digits of the hash."""
    hexadecimal: str = sha256(data).hexdigest()
    return hexadecimal[:digits]
