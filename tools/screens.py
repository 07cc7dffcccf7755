"""Draw docs/comment.svg and docs/suggestion.svg: what a pull request gets from the gate. Run as `make picture`.

The posts are real ones, planned for a small change; only the page around them is drawn here.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from deployflow_gate.gate import check
from deployflow_gate.github.changes import Changes
from deployflow_gate.github.inline import offered
from deployflow_gate.github.judged import Judgement, PolicySource, Scope
from deployflow_gate.github.plan import plan
from deployflow_gate.github.posts import CreateComment, CreateReview, InlineComment, Surface
from deployflow_gate.github.scope import known, scoped
from deployflow_gate.github.settings import Settings
from deployflow_gate.github.state import ChangedFile, Hunk, State
from deployflow_gate.policy.load import load_policy

if __package__ in {None, ""}:
    sys.path.insert(0, str(Path(__file__).parent.parent))
from tools.markdown_svg import SHADE, SOFT, Canvas, Run, Style, framed

DOCS = Path(__file__).parent.parent / "docs"
WIDTH = 880
HEAD, BASE = "9f2c41d07be86a53c1f04d92ab7735e08c6d1b24", "4b8e6f1a20c93d57e8b1f6a4d2079c35be81f4a0"
DAY = date(2026, 1, 5)

BEFORE = """\
FROM python:3.13.1-slim
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY shop shop
USER 10001
CMD ["python", "-m", "shop"]
"""
AFTER = """\
FROM python:3.13.1-slim
WORKDIR /app
RUN sudo apt-get update
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
ADD shop shop
ENV DB_PASSWORD=hunter22-shop
USER root
CMD python -m shop
"""
REST = {"requirements.txt": "flask==3.1.0\n", "shop/__main__.py": "", ".dockerignore": ".git\n"}


def main() -> int:
    """Judge the change, plan its posts, and draw them."""
    judged, state = _judged()
    settings = Settings(
        surfaces=frozenset({Surface.COMMENT, Surface.REVIEW}),
        repository="octo/shop",
        run_url="https://github.com/octo/shop/actions/runs/4711/attempts/1",
        run_id=4711,
        pull=7,
    )
    posts = plan(judged, state, settings, frozenset(offered(judged, state, settings))).posts
    comment = next(post for post in posts if isinstance(post, CreateComment))
    review = next(post for post in posts if isinstance(post, CreateReview))
    _write("comment.svg", "The gate's comment on a pull request", comment.body)
    suggestion = next(one for one in review.comments if "```suggestion" in one.body)
    _write("suggestion.svg", "A comment of the gate's review, with a fix to commit", suggestion.body, suggestion)
    return 0


def _judged() -> tuple[Judgement, State]:
    policy = load_policy()
    changes = Changes(edited=frozenset({"Dockerfile"}))
    base = check(REST | {"Dockerfile": BEFORE}, policy, today=DAY)
    head = check(REST | {"Dockerfile": AFTER}, policy, today=DAY)
    verdict = scoped(head, known(base, changes), changes, Scope.NEW)
    said = (
        f"There is no `.github/deployflow.yml` at `{BASE[:12]}`, the base, so the policy is the preset `{policy.name}`."
    )
    judged = Judgement(
        verdict=verdict,
        policy=PolicySource(policy.name, "", policy.digest, said),
        scope=Scope.NEW,
        sources=f"`{HEAD[:12]}` is compared with its base `{BASE[:12]}`.",
        head=HEAD,
        base=BASE,
        new=frozenset(f.fingerprint for f in verdict.active),
        changed=changes.edited,
    )
    file = ChangedFile("Dockerfile", hunks=(Hunk(1, AFTER.count("\n")),))
    return judged, State(comments=(), review_comments=(), files={file.path: file})


def _write(name: str, title: str, body: str, inline: InlineComment | None = None) -> None:
    canvas = Canvas(WIDTH)
    before: list[str] = []
    if inline is not None:
        lines = AFTER.splitlines()
        before = lines[(inline.start_line or inline.line) - 1 : inline.line]
        _diff(canvas, inline.path, lines, inline.line)
    framed(canvas, body, before)
    (DOCS / name).write_text(canvas.svg(title), encoding="utf-8")


def _diff(canvas: Canvas, path: str, lines: list[str], last: int) -> None:
    """The lines above the comment, as a conversation shows them."""
    canvas.box(0, 0, WIDTH, 34, SHADE, round_=6)
    canvas.text(14, 22, Run(path, Style(12, code=True)))
    canvas.y = 34
    old = set(BEFORE.splitlines())
    for number in range(max(1, last - 2), last + 1):
        line = lines[number - 1]
        new = line not in old
        canvas.box(0, canvas.y, WIDTH, 22, "#dafbe1" if new else "#ffffff")
        canvas.text(14, canvas.y + 15, Run(f"{number:>3}", Style(12, code=True, colour=SOFT)))
        canvas.text(52, canvas.y + 15, Run(f"{'+' if new else ' '} {line}", Style(12, code=True)))
        canvas.y += 22
    canvas.y += 8


if __name__ == "__main__":
    raise SystemExit(main())
