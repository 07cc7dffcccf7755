"""A shell text made easier for the grammar, every character in its place: heredocs taken out, odd spellings evened out.

tree-sitter-bash (0.25) does not take what may follow a heredoc's operator on its line, nor `<>`, many `${name…}` expansions,
many patterns of `=~`, a closing keyword behind another without `;`, and a comment in backticks. Values are never read from
the masked text, so only what the grammar makes of it counts.
"""

from __future__ import annotations

import re

from deployflow_gate.record import dataclass, field
from deployflow_gate.regex import regex

_NOT_ASCII = regex(r"[^\x01-\x7f]")
_TOKEN = regex(r"\\.|\$'|'|\"|`|\$\(\(|\$\(|\$\{|\(\(|[()]|<<<|<<-?|<>|=~|\n|#|\}|\b(?:fi|done|esac)\b", re.DOTALL)
_IN_QUOTES = regex(r"\\.|\"|`|\$\(\(|\$\(|\$\{", re.DOTALL)
_IN_BRACES = regex(r"\\.|'|\"|`|\$\(|\$\{|\}", re.DOTALL)
_ANSI = regex(r"(?:[^\\']|\\.)*'?", re.DOTALL)
_DELIMITER = regex(r"[ \t]*((?:\\.|'[^'\n]*'|\"[^\"\n]*\"|[^\s'\"\\;&|<>()`])+)")
_COMMENT_IN_BACKTICKS = regex(r"`[ \t]*#[^`\n]*`")
_KEYWORD_BEHIND = regex(r"[ \t]+(?=(?:fi|done|esac|else|elif|then|do|\})(?![\w.-]))")
_EXPANSION = regex(r"\$\{[A-Za-z_][A-Za-z0-9_]*")
_PATTERN = regex(r"[ \t]+([^\s'\"`$]+)(?=[ \t]+\]\])")
_ARITHMETIC = regex(r"[^\n'\"]{0,400}?\)\)")
_LONGEST_EXPANSION = 2_000


@dataclass(slots=True)
class Heredoc:
    """`at` is the operator's place; the delimiter as spelled is text[word:word_end], the body text[body:body_end]."""

    at: int
    operator: str
    word: int
    word_end: int
    delimiter: str
    literal: bool
    body: int = 0
    body_end: int = 0


@dataclass(slots=True)
class Masked:
    text: str
    heredocs: dict[int, Heredoc] = field(default_factory=dict)


def ascii_of(text: str) -> str:
    """The text with each character that is not ASCII (and NUL) replaced by a `.`: offsets in bytes are then in characters."""
    if "\r" in text:
        text = text.replace("\\\r\n", " \\\n").replace("\r\n", " \n")
    return text if text.isascii() and "\x00" not in text else _NOT_ASCII.sub(".", text)


class _Mask:
    """One pass over a text with a stack of what is open: `(` `"` `{` `` ` ``."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.edits: list[tuple[int, str]] = []
        self.heredocs: dict[int, Heredoc] = {}
        self.waiting: list[Heredoc] = []
        self.stack: list[tuple[str, int]] = [("(", -1)]
        self.quotes = 0

    def run(self) -> Masked:
        at = 0
        while True:
            mode = self.stack[-1][0]
            pattern = _IN_QUOTES if mode == '"' else _IN_BRACES if mode == "{" else _TOKEN
            found = pattern.search(self.text, at)
            if found is None:
                break
            mark = found[0]
            if mode == '"':
                at = self._quoted(mark, found.start(), found.end())
            elif mode == "{":
                at = self._braced(mark, found.start(), found.end())
            else:
                at = self._plain(mark, found.start(), found.end())
        return Masked(self._applied(), self.heredocs)

    def _opened(self, mark: str, start: int, end: int) -> int | None:
        """What any mode may open: expansions and backticks."""
        if mark == "$((" and (arithmetic := _ARITHMETIC.match(self.text, end)):
            return arithmetic.end()
        if mark in ("$(", "$(("):
            self.stack.append(("(", start))
            return start + 2
        if mark == "${":
            self.stack.append(("{", start))
            return end
        if mark == "`":
            if comment := _COMMENT_IN_BACKTICKS.match(self.text, start):
                self.edits.append((start, " " * (comment.end() - start)))
                return comment.end()
            if self.stack[-1][0] == "`":
                self.stack.pop()
            else:
                self.stack.append(("`", start))
            return end
        return None

    def _open_quotes(self, start: int) -> None:
        self.stack.append(('"', start))
        self.quotes += 1

    def _quoted(self, mark: str, start: int, end: int) -> int:
        if mark == '"':
            self.stack.pop()
            self.quotes -= 1
            return end
        return self._opened(mark, start, end) or end

    def _braced(self, mark: str, start: int, end: int) -> int:
        if mark == "}":
            opened = self.stack.pop()[1]
            name = _EXPANSION.match(self.text, opened)
            inner = self.text[opened:start] if start - opened < _LONGEST_EXPANSION else "`"
            if name and name.end() < start and "$(" not in inner and "`" not in inner:
                while self.edits and self.edits[-1][0] >= opened:
                    self.edits.pop()
                self.edits.append((name.end(), "x" * (start - name.end())))
            return end
        if mark == "'":
            if self.quotes:
                return end
            return self._past_quote(end)
        if mark == '"':
            self._open_quotes(start)
            return end
        return self._opened(mark, start, end) or end

    def _past_quote(self, at: int) -> int:
        end = self.text.find("'", at)
        return len(self.text) if end < 0 else end + 1

    def _plain(self, mark: str, start: int, end: int) -> int:
        if mark in ("'", "$'"):
            quoted = _ANSI.match(self.text, end) if mark == "$'" else None
            return quoted.end() if quoted else self._past_quote(end)
        if mark == '"':
            self._open_quotes(start)
        elif mark == "\n":
            return self._bodies(end) if self.waiting else end
        elif mark == "#":
            return self._comment(start, end)
        elif mark in ("(", "(("):
            return self._parenthesis(mark, start, end)
        elif mark in (")", "}", "fi", "done", "esac"):
            return self._closed(mark, end)
        elif mark in ("<<", "<<-"):
            return self._heredoc(mark, start, end)
        elif mark == "<>":
            self.edits.append((start, "< "))
        elif mark == "=~":
            return self._pattern(end)
        else:
            return self._opened(mark, start, end) or end
        return end

    def _parenthesis(self, mark: str, start: int, end: int) -> int:
        if mark == "((" and (arithmetic := _ARITHMETIC.match(self.text, end)):
            return arithmetic.end()
        self.stack.append(("(", start))
        return start + 1

    def _closed(self, mark: str, end: int) -> int:
        """Behind what closes a construct, a keyword that continues another one wants a `;` between."""
        if mark == ")" and self.stack[-1][0] == "(" and len(self.stack) > 1:
            self.stack.pop()
        if keyword := _KEYWORD_BEHIND.match(self.text, end):
            self.edits.append((end, ";"))
            return keyword.end()
        return end

    def _pattern(self, at: int) -> int:
        """A regular expression as spelled without quotes in `[[ x =~ … ]]`."""
        pattern = _PATTERN.match(self.text, at)
        if pattern is None:
            return at
        self.edits.append((pattern.start(1), "x" * len(pattern[1])))
        return pattern.end()

    def _comment(self, start: int, end: int) -> int:
        if start and self.text[start - 1] not in " \t\n;&|(":
            return end
        stop = self.text.find("\n", end)
        if stop < 0:
            stop = len(self.text)
        if self.stack[-1][0] == "`" and (tick := self.text.find("`", end, stop)) >= 0:
            return tick
        return stop

    def _heredoc(self, mark: str, start: int, end: int) -> int:
        word = _DELIMITER.match(self.text, end)
        if word is None:
            return end
        spelled = word[1]
        delimiter = re.sub(r"\\(.)|['\"]", lambda found: found[1] or "", spelled)
        heredoc = Heredoc(start, mark, word.start(1), word.end(1), delimiter, delimiter != spelled)
        self.heredocs[start] = heredoc
        self.waiting.append(heredoc)
        self.edits.append((start, "<" + " " * (len(mark) - 1)))
        return word.end()

    def _bodies(self, at: int) -> int:
        """Past the bodies of the heredocs that wait; one without its delimiter line reaches to the end of the text."""
        text = self.text
        begun = at
        for heredoc in self.waiting:
            heredoc.body = heredoc.body_end = at
            while at < len(text):
                stop = text.find("\n", at)
                line_end = len(text) if stop < 0 else stop
                line = text[at:line_end].removesuffix("\r")
                heredoc.body_end = at
                at = line_end + (stop >= 0)
                if (line.lstrip("\t") if heredoc.operator == "<<-" else line) == heredoc.delimiter:
                    break
                heredoc.body_end = at
        self.waiting = []
        keep = at - 1 if at > begun and text[at - 1] == "\n" else at
        self.edits.append((begun, " " * (keep - begun)))
        return at

    def _applied(self) -> str:
        if not self.edits:
            return self.text
        parts: list[str] = []
        done = 0
        for at, replacement in sorted(self.edits, key=lambda edit: edit[0]):
            if at < done:
                continue
            parts += (self.text[done:at], replacement)
            done = at + len(replacement)
        parts.append(self.text[done:])
        return "".join(parts)


def mask(text: str) -> Masked:
    """The masked text, as long as the given one, and the heredocs by the place of their operator. Linear."""
    return _Mask(text).run()
