r"""A plain file of the context comes by `COPY`.

`ADD` unpacks archives and fetches addresses, which nobody expects of a line that copies a file: rename the file and the image changes.

Files and folders of the context:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
«ADD» requirements.txt /app/
«add» --chown=app src/ *.py /app/src/
```
```dockerfile Dockerfile fixed
FROM python:3.12.7-slim
COPY requirements.txt /app/
copy --chown=app src/ *.py /app/src/
```

Its name is known behind a variable, and `ADD` does not unpack a zip file:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
ARG JAR=app.jar
«ADD» ${JAR} /app/
«ADD» "theme.zip" /srv/
```

What `ADD` is for:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
ADD rootfs.tar.xz /
ADD app.tgz config.json /app/
ADD --checksum=sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d https://example.com/tool /usr/bin/
ADD git@git.example.com:shop/shop.git#v1 /src
```

It may be an archive or an address, or was made from an image's history:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
ARG WHAT
ADD ${WHAT} /app/
ADD dist/* /app/
ADD data.gz /data/
ADD file:5f0c4a1f1c2c1a0e9b3f6c7d8e9fa0b1c2d3e4f5061728394a5b6c7d8e9f0a1b in /
```
"""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import normpath
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.model.shipping import context_of
from deployflow_gate.regex import regex

if TYPE_CHECKING:
    from deployflow_gate.model.instruction import Add
    from deployflow_gate.text import Text

_MAY_UNPACK = regex(r"(?i)\.(?:tar|tgz|tbz2?|tb2|txz|tlz|tzst|gz|bz2|xz|zst|lz|lzma|z)$|\*$")
"""Names that an archive may have (moby's `archive` package looks into the file), or a pattern that may match one."""

_OF_ADD = frozenset({"checksum", "keep-git-dir"})
"""Flags that COPY has not."""


@rule(
    Severity.WARNING,
    aliases=(
        "checkov:CKV_DOCKER_4", "hadolint:DL3020", "kics:add_instead_of_copy", "semgrep:prefer-copy-over-add", "sonar-iac:S7029",
        "tally:hadolint/DL3020", "trivy:DS-0005",
    ),
)  # fmt: skip
def check(add: Add) -> Iterator[Problem]:
    sources = add.sources
    if not sources or add.destination is None or add.recorded or len(add.context_sources) < len(sources):
        return
    if add.flag("unpack") is not None:
        return
    if any(source.value is None or _MAY_UNPACK.search(source.value) for source in sources):
        return
    at = add.keyword_span
    copy = "copy" if at.text.islower() else "COPY"
    fix = None
    if not any(flag.name in _OF_ADD for flag in add.flags):
        plain = all(_is_no_archive(source, add) for source in sources)
        fix = Fix("Use COPY", (edits.replace(at, copy),), safe=plain)
    yield Problem(at, "`ADD` copies plain files of the context.", fix=fix)


def _is_no_archive(source: Text, add: Add) -> bool:
    """Whether it is known that there is no archive behind a name: ADD asks the content, and one may have any name."""
    path = (source.value or "").lstrip("/")
    name = path.rstrip("/").rpartition("/")[2]
    if path.endswith("/") or name in ("", ".", "..") or "." in name.lstrip("."):
        return True
    context = context_of(add.stage) if add.stage is not None else None
    if context is None:
        return False
    place = normpath(context.inside(path))
    return context.project.is_dir(place) or context.project.read_text(place) is not None
