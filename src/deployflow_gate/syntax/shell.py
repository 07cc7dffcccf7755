"""Shell text to commands, words, pipes and redirects, with positions (tree-sitter-bash underneath)."""

from __future__ import annotations

from collections.abc import Mapping

from deployflow_gate.record import dataclass
from deployflow_gate.text import UNKNOWN, Fault, Mapped, Span

MAX_TEXT = 131_072
"""Characters of one script; the largest of 13,000 real RUN and `run:` texts has under 30,000."""

MAX_PIPES = 3_000
"""`|` characters of one script (the most in a real one is 102): the parser's memory grows with their square where the text is
not valid, to 150 MB here."""

MAX_COMMANDS = 10_000
"""Commands of one script; the largest real one has 124."""

MAX_DEPTH = 60
"""Constructs within each other. Real scripts stay under 10."""

PARSE_SECONDS = 1.0
"""The parser's error recovery is quadratic for a few hostile texts; a real script takes under 5 milliseconds."""


@dataclass(frozen=True, slots=True)
class Word:
    """One shell word. `sketch` is its value after quote removal, UNKNOWN for each expansion whose value is not known.

    Globs, `~` and braces stay as written. `start` and `end` are offsets in the text of its ShellSyntax (both 0 for a word
    that did not come from one, such as an item of an exec form).
    """

    span: Span
    raw: str
    sketch: str
    start: int = 0
    end: int = 0

    @property
    def value(self) -> str | None:
        """The value, or None when any piece of it is unknown."""
        return None if UNKNOWN in self.sketch else self.sketch

    @property
    def literal(self) -> bool:
        """True when nothing was substituted: the value is what is written, less the quotes."""
        return "$" not in self.raw and "`" not in self.raw and UNKNOWN not in self.sketch

    @property
    def quoted(self) -> bool:
        """True when any of it is quoted, so that it is not split into fields as a whole."""
        return "'" in self.raw or '"' in self.raw or "\\" in self.raw


@dataclass(frozen=True, slots=True)
class Redirect:
    """`operator` is the text (`>`, `2>>`, `<`, `2>&1`, `<<`, `<<<`); `body` a heredoc's text (its target the delimiter)."""

    span: Span
    operator: str
    target: Word | None
    body: Mapped | None = None


@dataclass(frozen=True, eq=False)
class SimpleCommand:
    """`FOO=1 apt-get install -y x >log`: assignments, words (the command's name first), redirects.

    `pipe` numbers the pipeline within the script and `pipe_index` the place in it; `operator` is what stands before the
    pipeline: "" (first), ";", "&&", "||", "&", newline as ";". `nesting` lists the enclosing constructs, outermost first:
    "subshell", "substitution", "if", "loop", "case", "function", "group", and "condition" for what an `if` or `while` tests.

    `enclosing` lists (pipe, index) of each pipeline that has a compound command around this one as a member, outermost
    first; a substitution starts anew. `background` is True before `&`, `negated` behind `!`.
    """

    span: Span
    words: tuple[Word, ...]
    assignments: tuple[tuple[str, Word], ...] = ()
    redirects: tuple[Redirect, ...] = ()
    pipe: int = 0
    pipe_index: int = 0
    pipe_length: int = 1
    operator: str = ""
    nesting: tuple[str, ...] = ()
    enclosing: tuple[tuple[int, int], ...] = ()
    background: bool = False
    negated: bool = False


@dataclass(frozen=True, eq=False)
class ShellSyntax:
    """`commands` in the order of the text, those of substitutions included. `faults` are places the grammar did not take."""

    text: Mapped
    commands: tuple[SimpleCommand, ...]
    faults: tuple[Fault, ...] = ()


def parse_shell(text: Mapped, variables: Mapping[str, str] | None = None) -> ShellSyntax:
    """Parse POSIX shell or bash. `variables` maps known variable names to sketches; others are UNKNOWN.

    Assignments of the script itself are followed where they surely happen and their value is known. Continuation lines
    may be joined already or not. A text over a limit has no commands and one fault; where the grammar does not take a
    text, the commands around that place are still given. Never raises.
    """
    whole = text.span(0, len(text.text))
    if len(text.text) > MAX_TEXT:
        return ShellSyntax(text, (), (Fault(whole, f"The script is longer than {MAX_TEXT} characters."),))
    if text.text.count("|") > MAX_PIPES:
        return ShellSyntax(text, (), (Fault(whole, f"The script has more than {MAX_PIPES} pipes."),))
    if not text.text.strip():
        return ShellSyntax(text, ())
    from deployflow_gate.syntax.shell_tree import read_commands

    commands, faults = read_commands(text, variables or {})
    return ShellSyntax(text, commands, faults)
