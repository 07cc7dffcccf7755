"""The container action: the runner's environment in, annotations, summary, outputs and an exit code out.

What is posted through GitHub's API will be planned by pure functions and executed apart, beside these modules.
"""
