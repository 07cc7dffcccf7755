r"""Every line of a `.dockerignore` has an effect.

Docker reads a pattern on each line, and nothing else: no comment behind it, no quotes, no list, no braces. A line that matches no file
leaves nothing out, and nobody is told.

A comment behind a pattern is part of it, and one that is indented is a pattern:

```text .dockerignore fails
«node_modules   # installed in the image»
  «# what editors leave»
.idea
```
```text .dockerignore fixed
# installed in the image
node_modules
# what editors leave
.idea
```

Quotes, braces, and several patterns on a line:

```text .dockerignore fails
«"dist"»
«**/*.{log,tmp}»
«.env .env.local»
```
```text .dockerignore fixed
dist
**/*.log
**/*.tmp
.env
.env.local
```

What is outside of the folder that is sent, or of somebody's home:

```text .dockerignore fails
«../secrets»
«~/.aws»
```

A line above leaves it out already:

```text .dockerignore fails
node_modules
**/*.pyc
dist/
«dist/**»
«./node_modules»
«*.pyc»
«dist/js/*.map»
```
```text .dockerignore fixed
node_modules
**/*.pyc
dist/
```

Nothing above leaves out what `!` brings back:

```text .dockerignore fails
docs
«!README.md»
*.md
!CHANGELOG.md
```
```text .dockerignore fixed
docs
*.md
!CHANGELOG.md
```

Comments of their own, names with blanks, marks that are parts of names; Docker itself takes a `./` and a `/` away:

```text .dockerignore passes
# what editors leave

./dist/
/build
Network Trash Folder
$RECYCLE.BIN/
#notes#
C#/bin
.#*
```

Files are there that have such a name:

```text .dockerignore passes
drafts/{one,two}.txt
```
```text drafts/{one,two}.txt passes
x
```

What was brought back is left out again, and what a pattern leaves out is brought back:

```text .dockerignore passes
*
!src
!web/package.json
src/**/*.pyc
**/node_modules
```
```text web/.dockerignore passes
**/*.md
!README.md
docs
!docs/api
docs/api/drafts
!.env.example
.env*
!.env.sample
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Note, Problem, Severity, edits, rule
from deployflow_gate.model.command import braces
from deployflow_gate.regex import regex
from deployflow_gate.syntax.shadowed import pointless, shadowed
from deployflow_gate.text import Span

if TYPE_CHECKING:
    from deployflow_gate.model.ignorefile import IgnoreFile
    from deployflow_gate.syntax.ignorefile import Pattern

_COMMENTED = regex(r"(.*?\S)[ \t]+(#.*)")
_QUOTED = regex(r"(!?)([\"'])(.+)\2")
_BRACES = regex(r"[^{}]*\{[^{}]*,[^{}]*\}.*")
_SEVERAL = regex(r"(?:!?(?:\.|\S*[*/])\S*[ \t]+)+!?(?:\.|\S*[*/])\S*")
_MAX_LINES = 20
"""Lines that a fix makes of one."""


@rule(Severity.NOTICE)
def check(ignore: IgnoreFile) -> Iterator[Problem]:
    paths = "\n".join(ignore.project.paths)
    odd = {id(pattern): problem for pattern in ignore.patterns if (problem := _odd(pattern, paths)) is not None}
    yield from odd.values()
    rest = [pattern for pattern in ignore.patterns if id(pattern) not in odd]
    for pattern, above in shadowed(rest):
        yield Problem(
            pattern.span,
            f"`{pattern.span.text}` is left out already, by `{above.span.text}`.",
            notes=(Note(above.span, "This leaves it out."),),
            fix=Fix("Delete the line", (edits.delete_lines(pattern.span),)),
        )
    for pattern in pointless(rest):
        yield Problem(
            pattern.span,
            f"`{pattern.span.text}` brings back nothing: no line above leaves it out.",
            fix=Fix("Delete the line", (edits.delete_lines(pattern.span),)),
        )


def _odd(pattern: Pattern, paths: str) -> Problem | None:
    """What is wrong with a line that no file's name can be meant by; `paths` are those of the repository."""
    span = pattern.span
    written = span.text
    if written.startswith("#"):
        start = span.source.line_starts[span.line - 1]
        fix = Fix("Begin the line with it", (edits.replace(Span(span.source, start, span.start), ""),))
        return Problem(span, "The comment is indented, so that it is taken for a pattern.", fix=fix)
    if pattern.text == ".." or pattern.text.startswith("../"):
        return Problem(span, f"`{written}` is outside of the folder that is sent.")
    if written.startswith("~/"):
        return Problem(span, f"`{written}` is a folder named `~`: nobody's home is looked up.")
    commented = _COMMENTED.fullmatch(written)
    if commented is not None and " #" not in paths:
        fix = Fix("Put the comment above", (edits.replace(span, f"{commented[2]}\n{commented[1]}"),))
        return Problem(span, f"The comment behind `{commented[1]}` is part of the pattern.", fix=fix)
    quoted = _QUOTED.fullmatch(written)
    if quoted is not None and quoted[2] not in paths:
        fix = Fix("Take the quotes away", (edits.replace(span, quoted[1] + quoted[3]),))
        return Problem(span, f"The quotes of `{written}` are part of the pattern.", fix=fix)
    if _BRACES.fullmatch(written) and "{" not in paths:
        message = f"The braces of `{written}` are part of the pattern: Docker makes no list of it."
        return Problem(span, message, fix=_lines(span, braces(written)))
    if _SEVERAL.fullmatch(written) and " " not in paths:
        return Problem(span, f"`{written}` is one pattern with blanks in it.", fix=_lines(span, written.split()))
    return None


def _lines(span: Span, lines: list[str]) -> Fix | None:
    """One line for each; none if these are too many."""
    if not 1 < len(lines) <= _MAX_LINES:
        return None
    return Fix("Give each pattern a line of its own", (edits.replace(span, "\n".join(lines)),))
