r"""What `ADD` downloads is held against a checksum.

Without one, the image holds whatever the server gives on the day of the build, and keeps it in a layer of its own.

No checksum:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
ADD «https://example.com/releases/tool-1.2.tar.gz» /opt/
ARG VERSION
ADD LICENSE «https://example.com/${VERSION}/tool» /opt/
```

With a checksum, from a repository of git (whose reference says which commit), or from the context:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
ADD --checksum=sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d https://example.com/tool /usr/bin/
ADD https://github.com/shop/shop.git#v1.4.0 /src
ADD rootfs.tar.xz /
```

Nothing is known of the source:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
ARG WHAT
ADD ${WHAT} /opt/
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.regex import regex

if TYPE_CHECKING:
    from deployflow_gate.model.instruction import Add

_DOWNLOAD = regex(r"(?i)(?:https?|ftp)://")
_GIT = regex(r"(?i)\.git(?:[#?]|$)")


@rule(Severity.NOTICE, aliases=("kics:curl_or_wget_instead_of_add",))
def check(add: Add) -> Iterator[Problem]:
    if add.flag("checksum") is not None:
        return
    for source in add.sources:
        if _DOWNLOAD.match(source.sketch) and not _GIT.search(source.sketch):
            yield Problem(source.span, "The download is held against no checksum.")
