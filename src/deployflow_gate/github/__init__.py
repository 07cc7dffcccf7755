"""The container action: the runner's environment in, annotations, summary, outputs and an exit code out.

What is posted through GitHub's API is planned by pure functions (`plan`) and done apart (`execute`). So every limit is kept in one
place, and what GitHub refuses never touches the verdict.
"""
