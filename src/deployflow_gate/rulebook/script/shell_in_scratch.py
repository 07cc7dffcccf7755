r"""A RUN in shell form needs a shell in its image.

`RUN make` is `/bin/sh -c make`. An image from `scratch` has no `/bin/sh`, a distroless one neither, so that the build fails. Build in
another stage and copy the result, or write the `RUN` in exec form, where the program is there.

Not reported is what may have got a shell: by something that was copied, by a mount, or by a program that ran.

Nothing is in `scratch`:

```dockerfile Dockerfile fails
FROM scratch
COPY server /server
«RUN chmod +x /server»
«RUN <<EOF
/server --check
EOF»
```

Nor is a shell in a distroless image, or in the stage that stands on one:

```dockerfile Dockerfile fails
FROM gcr.io/distroless/static-debian12:nonroot AS base
FROM base
«RUN ./setup»
SHELL ["/busybox/sh", "-c"]
RUN ./setup
```

A shell was brought along, or none is needed:

```dockerfile Dockerfile passes
FROM scratch AS rootfs
ADD rootfs.tar.gz /
RUN apk add --no-cache curl
FROM scratch AS busy
COPY --from=busybox:1.37.0 /bin/ /bin/
RUN ./setup
FROM scratch AS copied
COPY --from=rootfs / /
RUN ./setup
FROM scratch AS exec
COPY setup /setup
RUN ["/setup"]
FROM scratch AS mounted
RUN --mount=type=bind,from=busybox:1.37.0,source=/bin,target=/bin ./setup
FROM gcr.io/distroless/static-debian12:debug
SHELL ["/busybox/sh", "-c"]
RUN ./setup
FROM debian:12.8-slim
RUN ./setup
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.model.instructions.dialect import UNIX_SHELL
from deployflow_gate.model.placement import before
from deployflow_gate.rulebook.command._distroless import has_no_shell, may_bring

if TYPE_CHECKING:
    from deployflow_gate.model.instruction import Run


@rule(Severity.ERROR, aliases=("tally:tally/shell-run-in-scratch",))
def check(run: Run) -> Iterator[Problem]:
    stage = run.stage
    if stage is None or run.onbuild or run.json or run.script is None or run.shell != UNIX_SHELL:
        return
    if not stage.from_scratch and (stage.base is None or not has_no_shell(stage.base)):
        return
    if any(mount.type in ("bind", None) for mount in run.mounts) or _brought(run):
        return
    base = "scratch" if stage.base is None else stage.base.text.sketch
    yield Problem(run.span, f"The image from `{base}` has no shell for this RUN.")


def _brought(run: Run) -> bool:
    """Whether something before may have brought a shell: a copy, or a program that ran."""
    from deployflow_gate.model.instruction import Run, Transfer

    return any(
        may_bring(earlier, set()) if isinstance(earlier, Transfer) else isinstance(earlier, Run) and earlier.json
        for earlier in before(run)
    )
