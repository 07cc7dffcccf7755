r"""An argument that is meant as a JSON array is one.

What is not valid JSON is taken as shell text: `['nginx']` then looks for a program of that very name. And what stands behind
an array, as in `["curl"] || exit 1`, is dropped without a word.

Single quotes, no quotes, typographic quotes, a missing comma or bracket:

```dockerfile Dockerfile fails
FROM nginx:1.27.2
RUN «[echo, hello]»
ENTRYPOINT «["/bin/sh”, “-c”]»
CMD «['nginx', '-g', 'daemon off;']»
```
```dockerfile Dockerfile fixed
FROM nginx:1.27.2
RUN ["echo", "hello"]
ENTRYPOINT ["/bin/sh", "-c"]
CMD ["nginx", "-g", "daemon off;"]
```

A variable, which JSON does not know:

```dockerfile Dockerfile fails
FROM nginx:1.27.2
ENV GREETING=hello
CMD «["echo", $GREETING]»
```

Shell operators behind the array:

```dockerfile Dockerfile fails
FROM nginx:1.27.2
HEALTHCHECK CMD «["curl", "-f", "http://localhost/"] || exit 1»
```
```dockerfile Dockerfile fixed
FROM nginx:1.27.2
HEALTHCHECK CMD curl -f http://localhost/ || exit 1
```

Proper arrays, shell text, and tests that begin with a bracket:

```dockerfile Dockerfile passes
FROM nginx:1.27.2
RUN [ -f /etc/passwd ] && echo "there"
RUN [ "$MODE" = "dev" ] || rm -rf /tests
RUN [[ -n "$A" ]] && echo a
COPY ["a b", "/app/"]
CMD ["nginx", "-g", "daemon off;"]
```

A type of PowerShell:

```dockerfile Dockerfile passes
# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
SHELL ["powershell", "-Command"]
RUN [Net.ServicePointManager]::SecurityProtocol = 'tls12, tls11'
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.regex import regex

if TYPE_CHECKING:
    from deployflow_gate.model.instruction import Instruction
    from deployflow_gate.text import Span

WITH_ARRAYS = frozenset({"RUN", "CMD", "ENTRYPOINT", "COPY", "ADD", "VOLUME", "SHELL", "HEALTHCHECK"})
_QUOTES = "\"'“”„‘’`"
_TEST = regex(r"^\[\s+(?:!\s+)?-|\s(?:=|==|!=|=~|-eq|-ne|-gt|-lt|-ge|-le|-a|-o)\s|^\[\[|\$")
"""What only a shell's test has: a unary operator, a comparison, double brackets, a variable."""
_LIST = regex(r"""\[\s*(?:"[^"\n]*"|'[^'\n]*')\s*,""")
"""What a shell's test never has: a comma behind the first word."""


@rule(
    Severity.ERROR,
    seeds=("002:8",),
    aliases=("dockerfile-utils:SHELL_JSON_FORM", "sonar-iac:S7030", "tally:tally/invalid-json-form"),
)
def check(instruction: Instruction) -> Iterator[Problem]:
    if instruction.keyword not in WITH_ARRAYS or instruction.dialect in {"powershell", "cmd"}:
        return
    body = instruction.argument_text
    text = body.text.strip()
    if not text.startswith("["):
        return
    start = body.text.index("[")
    at = body.span(start, start + len(text))
    if instruction.json and text.find("]") == len(text) - 1:
        return
    if instruction.json:
        words, tail = _array_and_tail(text)
        if tail:
            yield Problem(at, f"Docker drops `{tail}` behind the JSON array.", fix=_as_shell(at, words, tail))
    elif _meant_as_array(text) and not _array_and_tail(text)[0]:  # an array of other things is wrong-arguments
        yield Problem(at, "This looks like a JSON array and is none, so it is taken as shell text.", fix=_as_json(at))


def _meant_as_array(text: str) -> bool:
    if "]" not in text:
        return True
    inside, _, behind = text.partition("]")
    if _LIST.match(text):
        return True
    if _TEST.search(inside) or behind.startswith("::"):
        return False
    inner = inside[1:].lstrip()
    return inner[:1] in _QUOTES or inner.startswith("/") or "," in inner


def _array_and_tail(text: str) -> tuple[list[str], str]:
    """The words of a JSON array at the start of a text, and what follows it."""
    import json

    try:
        words, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return [], ""
    return words, text[end:].strip()


def _as_shell(at: Span, words: list[str], tail: str) -> Fix | None:
    """The array's words as plain shell text, if none of them needs quotes."""
    if not words or "\n" in at.text or any(not re.fullmatch(r"[\w./:=@%+,-]+", word) for word in words):
        return None
    return Fix("Write it all as shell text", (edits.replace(at, f"{' '.join(words)} {tail}"),))


def _as_json(at: Span) -> Fix | None:
    """The array with double quotes, where its parts are plain words; they are parted by commas, or else by blanks."""
    import json

    text = at.text
    if not text.endswith("]") or "\n" in text:
        return None
    inner = text[1:-1].strip()
    parts = [part.strip() for part in inner.split(",")] if "," in inner else inner.split()
    words = [part.strip(_QUOTES) for part in parts]
    if any(not word or any(c in _QUOTES + "\\[]$" for c in word) for word in words):
        return None
    return Fix("Write a JSON array", (edits.replace(at, json.dumps(words, ensure_ascii=False)),))
