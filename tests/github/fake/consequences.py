"""What follows from a push: the test merge, and comments that move along or become outdated."""

from __future__ import annotations

from tests.github.fake.diff import moved
from tests.github.fake.gitdata import Files
from tests.github.fake.state import Pull, ReviewComment


def merged_files(pull: Pull) -> Files | None:
    """The files of the test merge; None on a conflict. Two changes of one file always are one here."""
    objects = pull.repository.objects
    before, ours, theirs = (objects.files(sha) for sha in (pull.merge_base, pull.base, pull.head))
    mine, yours = objects.contents(pull.base), objects.contents(pull.head)
    merged = {}
    for path in {**ours, **theirs}:
        was, our, their = before.get(path), ours.get(path), theirs.get(path)
        if their in (was, our):
            side = mine
        elif our == was:
            side = yours
        else:
            return None
        if path in side:
            merged[path] = side[path]
    return merged


def follow(comment: ReviewComment) -> None:
    """Move a comment to where its line is at the head; outdated (None) if the line was changed or is not shown any more."""
    pull, repository = comment.pull, comment.pull.repository
    if comment.side == "LEFT" or comment.original_line is None or comment.line is None:
        return
    old, new = (repository.objects.files(sha).get(comment.path) for sha in (comment.original_commit, pull.head))
    if old is None or new is None:
        comment.line = comment.start_line = None
        return
    first = comment.original_start_line or comment.original_line
    lines = [moved(repository.objects, old, new, line) for line in range(first, comment.original_line + 1)]
    shown = next((change.hunks for change in pull.changes() if change.path == comment.path), None) or ()
    if None in lines or not any(all(line in hunk.new for line in lines) for hunk in shown):
        comment.line = comment.start_line = None
        return
    comment.line = lines[-1]
    comment.start_line = lines[0] if comment.original_start_line else None
    comment.commit = pull.head
