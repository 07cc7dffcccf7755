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
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.regex import regex

if TYPE_CHECKING:
    from deployflow_gate.model.instruction import Add

_MAY_UNPACK = regex(r"(?i)\.(?:tar|tgz|tbz2?|tb2|txz|tlz|tzst|gz|bz2|xz|zst|lz|lzma|z)$|\*$")
"""Names that an archive may have (moby's `archive` package looks into the file), or a pattern that may match one."""


@rule(
    Severity.WARNING,
    aliases=(
        "checkov:CKV_DOCKER_4", "hadolint:DL3020", "kics:add_instead_of_copy", "semgrep:prefer-copy-over-add", "sonar-iac:S7029",
        "tally:hadolint/DL3020", "trivy:DS-0005",
    ),
)  # fmt: skip
def check(add: Add) -> Iterator[Problem]:
    sources = add.sources
    if not sources or add.recorded or len(add.context_sources) < len(sources):
        return
    if any(source.value is None or _MAY_UNPACK.search(source.value) for source in sources):
        return
    at = add.keyword_span
    copy = "copy" if at.text.islower() else "COPY"
    yield Problem(
        at, "`ADD` copies plain files of the context.", fix=Fix("Use COPY", (edits.replace(at, copy),), safe=True)
    )
