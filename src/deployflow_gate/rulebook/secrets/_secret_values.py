"""Which values are written out secrets, as opposed to references, places, switches and fillers."""

from __future__ import annotations

import re

from deployflow_gate.record import dataclass
from deployflow_gate.regex import regex
from deployflow_gate.text import UNKNOWN


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_SWITCHES = _set(
    "0 1 true false yes no on off y n none null nil undefined auto enabled disabled optional required prompt"
)
_TRUTHS = _set("true false yes no on off")
_REFERENCE = regex(
    r"""\$\w+ | \$\{[^}]*\} | \$\([^)]*\) | %\w+% | \{\{.*\}\} | <[^<>]*> | \[[^\[\]]*\] | __\w+__ | @\w+@  # filled in by somebody else
      | arn:aws[\w-]*:\S+ | ENC\[.* | (?:vault|sops|ssm|file|env|secret):\S+
      | [a-zA-Z][\w+.-]*://\S*                                                     # with a password in it: `url_password`
      | (?:\.{1,2}|~)?/[\w.@:{}$/-]* | [A-Za-z]:\\\S*
      | [\w./-]+\.(?:json|pem|key|txt|crt|p12|ya?ml|conf|cfg|ini)
      | [x*.#_-]+ | \.\.\.""",
    re.VERBOSE | re.IGNORECASE,
)
_FILLERS = _set(
    "your placeholder placeholders dummy fake todo tbd fixme redacted xxx xxxx xxxxx insert replace unused notused unset"
)
"""Words of a value that says itself that it is none. `changeme` and `secret` are not here: they are passwords that work."""

_TRIALS = _set(
    "test testing tests ci mock mocked sample example foo bar foobar baz abc dev development local "
    "minioadmin postgres mysql root password admin guest secret changeme"
)
"""Words of a value that only a test would use, and the passwords that servers come with, in a place that is no server's."""

_TRIAL = regex(r"(?i)test|dummy|mock|fake|.*EXAMPLE(?:KEY)?$")
_TYPED = regex(r"[a-z\W_]*[0-9]{0,4}\W?|.*(?:123|abc|qwe).*", re.IGNORECASE | re.DOTALL)
"""Words, perhaps with a number behind them, and rows of the keyboard."""

_SHORTEST = 8
"""Characters that something generated has at least."""

_WORDS = regex(r"[A-Za-z]+")
_LONGEST = 4096
"""Characters of a value that are looked at: a key is shorter, and nothing that is longer becomes harmless behind them."""

_URL = regex(
    r"(?<![A-Za-z0-9])[a-zA-Z][a-zA-Z0-9+.-]{1,30}://([^\s:@/?#'\"`<>]{0,100}):([^\s@/?#'\"`<>]{1,200})@([\w.\x00${}-]{1,200})"
)
_VARIABLE = regex(r"^\$\w+$|\$[{(]|\{\{|^%\w+%|^<|^\*+$|^\[|^x{3,}$", re.IGNORECASE)


def is_written_out(value: str, *, trial: bool = False) -> bool:
    """Whether a value (a sketch) is a literal that may be a secret. `trial` says that the place is most
    often a test, whose passwords are words that somebody typed: there a secret is only what looks generated."""
    text = value[:_LONGEST].strip()
    if not text or UNKNOWN in text or text.lower() in _SWITCHES or _REFERENCE.fullmatch(text):
        return False
    words = {word.lower() for word in _WORDS.findall(text)}
    return words.isdisjoint(_FILLERS) and not (trial and (_tries(text, words) or not _generated(text)))


def _generated(text: str) -> bool:
    return len(text) >= _SHORTEST and _TYPED.fullmatch(text) is None


def is_place(value: str) -> bool:
    """Whether a value is no secret for sure: where one is (a path, a URL), or whether there is one (`false`)."""
    if value.lower() in _TRUTHS:
        return True
    return bool(value) and UNKNOWN not in value and (value.startswith(("/", "./", "../", "~/")) or "://" in value)


def _tries(text: str, words: set[str]) -> bool:
    return not words.isdisjoint(_TRIALS) or _TRIAL.match(text) is not None


@dataclass(frozen=True, slots=True)
class UrlPassword:
    """Where a password stands in a text, and the host that it is for (a sketch)."""

    start: int
    end: int
    host: str


def url_passwords(text: str) -> tuple[UrlPassword, ...]:
    """The passwords that are written out in the URLs of a text (`scheme://user:password@host`)."""
    found = []
    for match in _URL.finditer(text):
        password = match[2]
        if UNKNOWN in password or _VARIABLE.search(password):
            continue
        if {word.lower() for word in _WORDS.findall(password)}.isdisjoint(_FILLERS):
            found.append(UrlPassword(match.start(2), match.end(2), match[3]))
    return tuple(found)
