"""Making hostile text harmless, for each place it is printed to.

File names, image tags, quoted lines and waiver reasons are written by whoever opens a pull request. Nothing of them may act:
not on a terminal (escape sequences, bidirectional overrides), not on a runner that reads its log for commands, not in
Markdown or XML.
"""

from __future__ import annotations

import re  # the patterns are compiled where they are needed first: most texts are plain

ZERO_WIDTH_SPACE = "\u200b"

_INVISIBLE = (
    "["
    "\x00-\x1f\x7f-\x9f"  # C0, DEL, C1: line ends, escape sequences and their one-character forms
    "\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # bidi, separators, invisible
    "\ud800-\udfff"  # half a surrogate pair cannot be encoded
    "\U000e0000-\U000e0fff"  # tags and variation selectors, which carry hidden text
    "]"
)
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_NOT_XML = "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"


def visible(text: str) -> str:
    """The text in one line, each character that acts or hides replaced by its escape: `\\n`, `\\x1b`, `\\u202e`."""
    if text.isascii() and text.isprintable():
        return text
    return re.sub(_INVISIBLE, _escaped, text)


def _escaped(match: re.Match[str]) -> str:
    char = match.group()
    code = ord(char)
    if char in _SHORT:
        return _SHORT[char]
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def inert(text: str) -> str:
    """The text with no line that GitHub's runner takes for a command.

    The runner reads `::` at a line's start (blanks before it do not help) and `##[` anywhere in a line.
    """
    if "##[" in text:
        text = text.replace("##[", f"##{ZERO_WIDTH_SPACE}[")
    return re.sub(r"(?m)^(\s*:):", rf"\1{ZERO_WIDTH_SPACE}:", text) if "::" in text else text


def inert_json(text: str) -> str:
    """The same for a JSON text: `##[` can stand only in a string there, which may spell it otherwise."""
    return text.replace("##[", "##\\u005b")


def inert_xml(text: str) -> str:
    return re.sub(r"(?m)^(\s*):(?=:)", r"\1&#58;", text.replace("##[", "##&#91;"))


def command_data(text: str) -> str:
    """The message of a workflow command (actions/toolkit, packages/core/src/command.ts: escapeData)."""
    return inert(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def command_property(text: str) -> str:
    """A property's value of a workflow command (the same file: escapeProperty)."""
    text = visible(text).replace("##[", f"##{ZERO_WIDTH_SPACE}[").replace("%", "%25")
    return text.replace(":", "%3A").replace(",", "%2C")


def xml(text: str) -> str:
    """Text for an element or an attribute in double quotes; characters that XML 1.0 does not allow are made visible."""
    text = re.sub(_NOT_XML, _escaped, text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&quot;").replace("\r", "&#13;")


def xml_attribute(text: str) -> str:
    return xml(text).replace("\n", "&#10;").replace("\t", "&#9;")


def uri(path: str) -> str:
    """A POSIX path as a relative URI reference (RFC 3986); a colon is escaped, so no part can look like a scheme."""
    return "".join(
        chr(byte) if byte in _URI_BYTES else f"%{byte:02X}" for byte in path.encode("utf-8", "backslashreplace")
    )


_URI_BYTES = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")


def code(text: str, *, cell: bool = False) -> str:
    """Text as a Markdown code span with a fence longer than any run of backticks in it.

    In a table's cell a pipe ends the cell even within a code span, and parsers differ on how a backslash before it
    counts; a text with a pipe is spelled there as an HTML element, each special character by its number.
    """
    text = inert(visible(text))
    if not text.strip():
        return "` `" if not text else f"`{text}`"
    if cell and "|" in text:
        return f"<code>{_plain(text)}</code>"
    fence = "`" * (_longest_run(text) + 1)
    pad = " " if text[0] in "` " or text[-1] in "` " else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def fence(text: str, language: str = "") -> str:
    """Text as a fenced block; lines stay lines, all else is made visible."""
    body = "\n".join(visible(line) for line in text.split("\n"))
    ticks = "`" * max(3, _longest_run(body) + 1)
    return f"{ticks}{language}\n{inert(body)}\n{ticks}"


def prose(text: str, *, cell: bool = False) -> str:
    """A message as Markdown: what is in its backticks as code, everything else as plain text that means nothing else.

    Whatever a value in the message holds, backticks of its own included, each part is harmless on its own.
    """
    parts = visible(text).split("`")
    if len(parts) % 2 == 0:  # an odd backtick: it opens nothing
        parts[-2:] = ["`".join(parts[-2:])]
    spelled = [code(p, cell=cell) if i % 2 and p else _plain(p) for i, p in enumerate(parts)]
    for i in range(2, len(parts) - 1, 2):
        spelled[i] = spelled[i] or ZERO_WIDTH_SPACE  # two code spans that touch would be read as another one
    if parts[0][:1] in _STARTS:
        spelled[0] = f"&#{ord(parts[0][0])};{_plain(parts[0][1:])}"
    return "".join(spelled)


def _plain(text: str) -> str:
    """Plain words: whatever means something to Markdown is spelled by its number.

    The zero-width spaces keep GitHub from making mentions, references and bare links of what is left.
    """
    text = re.sub(r"[@#]", rf"\g<0>{ZERO_WIDTH_SPACE}", text)
    text = re.sub(r"://", f":{ZERO_WIDTH_SPACE}//", text)
    text = re.sub(r"(?i)www\.", lambda m: f"{m.group()[:-1]}{ZERO_WIDTH_SPACE}.", text)
    return "".join(char if char in _PLAIN or not char.isascii() else f"&#{ord(char)};" for char in text)


_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 .,;'\"/()-?%=")
"""Characters that mean nothing to Markdown within a line."""

_STARTS = frozenset("-=0123456789 ")
"""Of those, what begins a list, a heading or a code block at the start of one."""


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)


def shortened(text: str, limit: int) -> str:
    """At most `limit` characters, with an ellipsis where it was cut."""
    return text if len(text) <= limit else text[: limit - 1] + "…"
