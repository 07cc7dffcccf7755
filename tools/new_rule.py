"""Start a rule: `make new-rule NAME=chapter/my-rule` writes its file with a page to fill in, and never over another."""

from __future__ import annotations

import re
import sys
from pathlib import Path

RULES = Path(__file__).parent.parent / "src" / "deployflow_gate" / "rulebook"

PAGE = '''\
r"""A ... must not ...

Why it matters, in a sentence or two: what happens to whom.

What fails, and why:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
«STOPSIGNAL SIGKILL»
CMD ["app"]
```

What looks alike and is fine:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
STOPSIGNAL SIGTERM
CMD ["app"]
```
"""

from __future__ import annotations

from collections.abc import Iterator

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.model.instruction import Stopsignal


@rule(Severity.WARNING)
def check(stopsignal: Stopsignal) -> Iterator[Problem]:
    """The first parameter's type says which nodes this is called with; keyword-only parameters are the rule's options."""
    if stopsignal.span.text.endswith("SIGKILL"):
        yield Problem(stopsignal.span, "The image cannot stop cleanly.")
'''


def main(arguments: list[str]) -> int:
    """0 when the file was written, 2 with a sentence when not."""
    match = re.fullmatch(r"([a-z]+)/([a-z]+(?:-[a-z]+)*)", arguments[0]) if len(arguments) == 1 else None
    chapters = sorted(folder.name for folder in RULES.iterdir() if (folder / "__init__.py").is_file())
    if match is None:
        sys.stderr.write(f"Say which: make new-rule NAME=chapter/my-rule. The chapters are {', '.join(chapters)}.\n")
        return 2
    chapter, name = match.groups()
    taken = list(RULES.glob(f"*/{name.replace('-', '_')}.py"))
    if chapter not in chapters or taken:
        reason = f"the rule exists: {taken[0]}" if taken else f"no chapter {chapter}; there are {', '.join(chapters)}"
        sys.stderr.write(f"Not written: {reason}.\n")
        return 2
    file = RULES / chapter / f"{name.replace('-', '_')}.py"
    file.write_text(PAGE, encoding="utf-8")
    sys.stdout.write(
        f"{file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file}: now fill in its page, then\n"
    )
    sys.stdout.write(f"  make index && make test ARGS='-k {name}'\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
