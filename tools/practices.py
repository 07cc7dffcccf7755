"""Write docs/practices.md from the table in tests/practices. Run as `make docs`; CI fails when it is stale."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypedDict

import yaml

from deployflow_gate.lint.registry import index

ROOT = Path(__file__).parent.parent
TABLE = ROOT / "tests" / "practices"
PAGE = ROOT / "docs" / "practices.md"

DOCUMENTS = {
    "000": "Ground rules, and applications for schools",
    "001": "Images, registries and servers",
    "002": "Python in containers",
    "003": "Image management, security, builds, containers",
    "004": "The detailed reference",
}

LANGUAGES = {".yml": "yaml", ".yaml": "yaml", ".json": "json", ".py": "python", ".js": "javascript", ".sh": "sh"}


class Failing(TypedDict):
    """A small repository, and the rules that find something in it."""

    files: Mapping[str, str]
    finds: list[str]


class Practice(TypedDict):
    """What of an entry of the table is shown."""

    says: str
    rules: list[str]
    fails: list[Failing]


def page() -> Iterator[str]:
    """The lines of the page."""
    yield "# Practices"
    yield ""
    yield "What the five documents that the gate was built to enforce ask for, and the rules that check it, with their"
    yield "level in the default policy. Each example is a test (`tests/practices`), and `make docs` writes this page from"
    yield "there. Rules that are off by themselves are switched on by a [policy](policy.md)."
    for document, title in DOCUMENTS.items():
        yield from ("", f"## {document}: {title}")
        table: Mapping[int, Practice] = yaml.safe_load((TABLE / f"{document}.yml").read_text(encoding="utf-8"))
        for number, practice in table.items():
            yield from ("", f"### {document}:{number}", "", *_practice(practice))


def _practice(practice: Practice) -> Iterator[str]:
    yield from (practice["says"], "", "| rule | level |", "|---|---|")
    yield from (_row(rule) for rule in practice["rules"])
    shown = next((example for example in practice["fails"] if set(example["finds"]) & index().keys()), None)
    if shown is not None:
        yield from ("", f"{_and([f'`{rule}`' for rule in shown['finds']])} in:")
        yield from _files(shown["files"])


def _row(rule: str) -> str:
    entry = index().get(rule)
    if entry is None:
        return f"| {rule} | not written yet |"
    return f"| [{rule}](rules/{rule}.md) | {entry.severity.value if entry.on else 'off'} |"


def _files(files: Mapping[str, str]) -> Iterator[str]:
    for path, text in files.items():
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
