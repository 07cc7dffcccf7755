r"""FROM and AS are in the same case.

BuildKit warns of it.

An `as` behind a `FROM`, and the other way round:

```dockerfile Dockerfile fails
FROM golang:1.23.3 «as» build
from golang:1.23.3 «AS» tools
FROM golang:1.23.3 «As» test
```
```dockerfile Dockerfile fixed
FROM golang:1.23.3 AS build
from golang:1.23.3 as tools
FROM golang:1.23.3 AS test
```

The same case; a FROM that has none is the matter of another rule:

```dockerfile Dockerfile passes
FROM golang:1.23.3 AS build
from golang:1.23.3 as tools
From golang:1.23.3 as test
FROM golang:1.23.3
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule

if TYPE_CHECKING:
    from deployflow_gate.model.instruction import From


@rule(Severity.NOTICE, aliases=("buildkit:FromAsCasing",))
def check(from_: From) -> Iterator[Problem]:
    if from_.alias is None:
        return
    word, keyword = from_.syntax.values[1], from_.syntax.keyword_text
    wanted = "as" if keyword == "from" else "AS"
    if keyword in {"from", "FROM"} and word.raw != wanted:
        # a keyword over two lines is not mended
        fix = (
            Fix(f"Write {wanted}", (edits.replace(word.span, wanted),), safe=True)
            if word.span.text == word.raw
            else None
        )
        yield Problem(word.span, f"`{word.raw}` stands behind `{keyword}`.", fix=fix)
