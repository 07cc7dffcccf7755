"""Links that a report on GitHub holds: to lines of the judged commit, to commits, and to the page of a rule. Nothing of the
repository is ever a link's target but a path, percent-encoded behind an address of ours."""

from __future__ import annotations

import deployflow_gate
from deployflow_gate.github.settings import Settings
from deployflow_gate.lint.registry import index
from deployflow_gate.record import dataclass
from deployflow_gate.report.escape import code, shortened, uri
from deployflow_gate.report.words import REPOSITORY
from deployflow_gate.text import Span

RULE_PAGES = f"https://github.com/deployflow/deployflow-gate/blob/v{deployflow_gate.__version__}/docs/rules/"

MAX_PATH = 160
"""Characters of a path that are shown; a longer one is cut, and no link."""

SHA_DIGITS = 7
"""As GitHub shows a commit."""


@dataclass(frozen=True, slots=True)
class Links:
    """Links into one commit of a repository. Without a commit (files on disk) nothing is linked, only named."""

    settings: Settings
    commit: str

    @property
    def _repository(self) -> str:
        return f"{self.settings.server_url}/{self.settings.repository}"

    def lines(self, span: Span) -> str:
        """A finding's or a note's place, as the cell of a table."""
        return self.line(span.path, span.line, span.end_line)

    def line(self, path: str, first: int, last: int = 0) -> str:
        """The same for any lines; `first` is 0 for a file as a whole."""
        if not path:
            return code(REPOSITORY)
        shown = code(shortened(path, MAX_PATH) + (f":{first}" if first else ""), cell=True)
        if not self.commit or not first or len(path) > MAX_PATH:
            return shown
        end = f"-L{last}" if last > first else ""
        return f"[{shown}]({self._repository}/blob/{self.commit}/{uri(path)}#L{first}{end})"

    def of_commit(self, sha: str) -> str:
        return f"[`{sha[:SHA_DIGITS]}`]({self._repository}/commit/{sha})"

    def changed_files(self) -> str:
        """The address of the pull request's changed files."""
        return f"{self._repository}/pull/{self.settings.pull}/files"


def rule_link(rule: str) -> str:
    """A rule's name; a link to its page where it has one."""
    shown = code(shortened(rule, MAX_PATH), cell=True)
    return f"[{shown}]({RULE_PAGES}{rule}.md)" if rule in index() else shown
