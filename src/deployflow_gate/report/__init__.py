"""Renderers: a verdict in, a text out, nothing else. Each is imported on its first use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from deployflow_gate.record import dataclass

if TYPE_CHECKING:
    from deployflow_gate.policy.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Format:
    """One report format. Calling it renders; `options` are the keyword parameters of the module's render function."""

    name: str
    summary: str

    def __call__(self, verdict: Verdict, **options: object) -> str:
        from importlib import import_module

        module = import_module(f"{__name__}.{self.name}")
        render: Callable[..., str] = getattr(module, f"render_{self.name}")
        return render(verdict, **options)


FORMATS: Mapping[str, Format] = {
    form.name: form
    for form in (
        Format("text", "for people, in a terminal or a log"),
        Format("json", "every field, by the schema schemas/report.schema.json"),
        Format("sarif", "SARIF 2.1.0, for code scanning"),
        Format("markdown", "a summary for a job or a comment"),
        Format("github", "GitHub's workflow commands: annotations of a pull request"),
        Format("junit", "JUnit XML, for test report viewers"),
        Format("gitlab", "GitLab's Code Quality report"),
    )
}
