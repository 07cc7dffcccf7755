"""Write docs/practices.md from the table in tests/practices. Run as `make docs`; CI fails when it is stale."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from deployflow_gate.lint.registry import index
from tests.practices.table import Example, Practice, practices

PAGE = Path(__file__).parent.parent / "docs" / "practices.md"

DOCUMENTS = {
    "000": "Ground rules, and applications for schools",
    "001": "Images, registries and servers",
    "002": "Python in containers",
    "003": "Image management, security, builds, containers",
    "004": "The detailed reference",
}

LANGUAGES = {".yml": "yaml", ".yaml": "yaml", ".json": "json", ".py": "python", ".js": "javascript", ".sh": "sh"}


def page() -> Iterator[str]:
    """The lines of the page."""
    yield "# Practices"
    yield ""
    yield "What the five documents ask for that the gate was built to enforce, and the rules that check it, with their level in the"
    yield "default policy. Each example is a test (`tests/practices`); `make docs` writes this page from there. Rules that are off by"
    yield "themselves are switched on by a [policy](policy.md)."
    for document, members in groupby(practices(), key=lambda practice: practice.name.partition(":")[0]):
        yield from ("", f"## {document}: {DOCUMENTS[document]}")
        for practice in members:
            yield from _practice(practice)


def _practice(practice: Practice) -> Iterator[str]:
    yield from ("", f"### {practice.name}", "", practice.says, "", "| rule | level |", "|---|---|")
    yield from (_row(rule) for rule in practice.rules)
    shown = next((example for example in practice.fails if set(example.rules) & index().keys()), None)
    if shown is not None:
        yield from ("", f"{_and([f'`{rule}`' for rule in shown.rules])} in:")
        yield from _files(shown)


def _row(rule: str) -> str:
    entry = index().get(rule)
    if entry is None:
        return f"| {rule} | not written yet |"
    return f"| [{rule}](rules/{rule}.md) | {entry.severity.value if entry.on else 'off'} |"


def _files(example: Example) -> Iterator[str]:
    for path, text in example.files.items():
        language = "dockerfile" if path.endswith("Dockerfile") else LANGUAGES.get(Path(path).suffix, "text")
        yield from ("", f"`{path}`", "", f"```{language}", text.rstrip("\n"), "```")


def _and(words: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def main() -> int:
    """Write the page if it changed."""
    text = "\n".join(page()) + "\n"
    changed = not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text
    if changed:
        PAGE.write_text(text, encoding="utf-8")
    sys.stdout.write(f"docs/practices.md: {'written' if changed else 'fresh'}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
