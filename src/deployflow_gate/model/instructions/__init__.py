"""The instructions of a Dockerfile, one class a keyword."""
