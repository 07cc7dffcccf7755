"""Which names of variables, arguments and options are names of secrets.

A name is split into words, and its last word says what it holds, as in English: `DB_PASSWORD` is a password, `PASSWORD_FILE` a
file, `TOKEN_TTL` a duration.
"""

from __future__ import annotations

import re
from functools import lru_cache

from deployflow_gate.regex import regex


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_WORD = regex(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")

_NOUNS = _set(
    "password passwd passwort pwd psw pword passphrase passcode secret token credential credentials creds pat"
)
_JOINED = (
    "password",
    "passwd",
    "passphrase",
    "apikey",
    "secretkey",
    "privatekey",
    "accesskey",
    "authtoken",
    "apitoken",
)
"""Two words, or a product's prefix and one (`PGPASSWORD`), that are often written as one."""

_KEYS = _set(
    "api secret private access encryption decryption signing sign master ssh auth service deploy account storage jwt session "
    "crypt crypto cipher hmac aes rsa admin app shared consumer jwk fernet nextauth"
)
"""What stands before `key` where the key is a secret. Not `gpg`, `public`, `site` and `license`: those are shown to everybody."""

_AUTHS = _set("npm basic registry docker proxy neo4j redis")
"""What stands before `auth` where it holds a user and a password instead of a setting."""

_QUALIFIERS = _set(
    "base value string plain default dev prod production staging live test root admin b64 base64 old new prev previous "
    "primary secondary main raw text"
)
"""Words behind the noun that do not change what it is: `SECRET_KEY_BASE`, `PASSWORD_PROD`, `TOKEN_2`."""

_SETTINGS = _set(
    "allow allowed empty random generate generated require required requires enable enabled disable disabled use uses using "
    "no skip has is need needs show hide expire expires expired public publishable reset forgot change check validate with "
    "without force auto encrypt hash hashed min max count number num limit"
)
"""Words that say that the name is of a setting about secrets, or of something that is shown to everybody."""

_MODEL_TOKENS = _set("eos bos pad unk mask sep cls stop special next continuation cancellation image")
_FOLDERS = _set("old init host project local current base work app root script src")
_CLIENT = regex(r"(?:vite|vue_app|react_app|gatsby|expo_public|nuxt_public|next_public)_", re.IGNORECASE)
"""What a bundler puts into the pages that everybody gets: a key there identifies a site, and is no secret."""

_BUNDLER = regex(
    r"BUNDLE_(?!(?:LOCAL|BUILD|MIRROR|PATH|CACHE|GEM|PLUGIN|DISABLE|WITH|WITHOUT)_)[A-Z0-9_]*[A-Z0-9]__[A-Z]{2,}"
)
"""Bundler's credentials of a host: `BUNDLE_GEMS__ACME__COM` is for gems.acme.com, `BUNDLE_PATH__SYSTEM` a setting."""


@lru_cache(maxsize=4096)
def is_secret_name(name: str) -> bool:
    """Whether what the name holds is a secret itself: no file with one, no length, lifetime or name of one."""
    if _BUNDLER.fullmatch(name):
        return True
    words = [word.lower() for word in _WORD.findall(name)]
    if not _SETTINGS.isdisjoint(words[:-1]):
        return False
    if names_key_id(name):
        return True
    while len(words) > 1 and (words[-1] in _QUALIFIERS or words[-1].isdigit()):
        words.pop()
    if not words:
        return False
    last, before = words[-1], words[-2] if len(words) > 1 else ""
    if _CLIENT.match(name) and last in ("key", "apikey", "token"):
        return False
    if last == "key":
        return before in _KEYS
    if last == "auth":
        return before in _AUTHS
    if last == "pass":
        return before not in ("single", "multi", "two", "first", "second", "by", "uwsgi", "proxy", "fastcgi")
    if last == "token":
        return before not in _MODEL_TOKENS
    if last in ("pwd", "pat"):
        return bool(before) and before not in _FOLDERS
    return last in _NOUNS or last.endswith(_JOINED)


def is_shown(name: str) -> bool:
    """Whether a bundler puts it into the pages that everybody gets."""
    return _CLIENT.match(name) is not None


def names_key_id(name: str) -> bool:
    """Whether it is the name of half a credential: the id of an access key, which is nothing without the key."""
    return [word.lower() for word in _WORD.findall(name)][-3:] == ["access", "key", "id"]
