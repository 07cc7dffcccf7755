"""Fixes tried before they are offered, as `--fix` tries them before it writes: put in, looked at again, taken if all is well."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from deployflow_gate.github.suggestion import Suggestion
from deployflow_gate.lint.apply import Look, fix_all, splice
from deployflow_gate.lint.finding import Finding
from deployflow_gate.record import replace
from deployflow_gate.snapshot import Unreadable
from deployflow_gate.syntax.decode import encode
from deployflow_gate.text import Source

Read = Callable[[str], bytes]


def confirmed(wanted: Mapping[str, Suggestion], findings: Iterable[Finding], look: Look, read: Read) -> frozenset[str]:
    """The fingerprints of those suggestions that mend their finding and bring no other.

    `wanted` is by fingerprint, `findings` are those of the judged commit and `read` gives a file's bytes there. Two looks are
    usual, without a change (a verdict may be of some files only, or of another day) and with all; where the fixes do harm
    together, each is looked at alone.
    """
    whole = frozenset(
        f.fingerprint for f in findings if f.fingerprint in wanted and _says_all(wanted[f.fingerprint], f, read)
    )
    if not whole:
        return whole
    present = look({})
    if _holds(whole, present, look):
        return whole
    return frozenset(one for one in whole if len(whole) > 1 and _holds(frozenset({one}), present, look))


def _holds(fingerprints: frozenset[str], findings: tuple[Finding, ...], look: Look) -> bool:
    """Whether these fixes, all at once, are applied in one round and none is refused."""

    def seen(texts: Mapping[str, str]) -> tuple[Finding, ...]:
        wanted = frozenset() if texts else fingerprints  # an equal finding takes over the name of one that is mended
        found = look(texts) if texts else findings
        return tuple(f if f.fingerprint in wanted else replace(f, fix=None) for f in found)

    result = fix_all(seen, unsafe=True)
    return not result.refused and len(result.applied) == len(fingerprints)


def _says_all(suggestion: Suggestion, finding: Finding, read: Read) -> bool:
    """Whether the lines that GitHub replaces give the very bytes of the fix: the file may begin with a mark that no line shows."""
    source = finding.span.source
    try:
        original = read(source.path)
    except (Unreadable, KeyError):
        return False
    fixed = splice(source.text, finding.fix.edits if finding.fix else ())
    return replaced(original, suggestion) == encode(Source(source.path, fixed), original)


def replaced(original: bytes, suggestion: Suggestion) -> bytes:
    """The file after somebody pressed the button. What its last line ends with stays."""
    lines = original.split(b"\n")
    put = suggestion.text.encode().split(b"\n")[:-1]
    if suggestion.last == len(lines) and put:  # the file's last line has no end
        put[-1] = put[-1].removesuffix(b"\r")
    return b"\n".join([*lines[: suggestion.first - 1], *put, *lines[suggestion.last :]])
