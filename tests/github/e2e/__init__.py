"""The entrypoint from end to end: the runner's variables, files and payload in; the log, the files, the exit code, and what the
fake GitHub then shows, out.

Most tests run it within this process, with a clock on which waiting takes no time (`stage.py`); `test_process.py` starts it as
the runner does, and shows that both come to the same.
"""
