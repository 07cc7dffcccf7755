r"""Nothing calls a shell in an image that has none.

The shell form of `CMD`, `ENTRYPOINT` and `HEALTHCHECK` is run by `/bin/sh`. Distroless images and `scratch` have no such file: the
container ends with "no such file or directory" before its program starts, and the check fails each time.

A command in shell form:

```dockerfile Dockerfile fails
FROM golang:1.23.3 AS build
RUN go build -o /app .
FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /app /app
ENTRYPOINT «/app --listen :8080»
```
```dockerfile Dockerfile fixed
FROM golang:1.23.3 AS build
RUN go build -o /app .
FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /app /app
ENTRYPOINT ["/app", "--listen", ":8080"]
```

A shell by its name, and a health check:

```dockerfile Dockerfile fails
FROM gcr.io/distroless/nodejs22-debian12
COPY dist /app
HEALTHCHECK --interval=30s CMD «/app/check || exit 1»
CMD «["sh", "-c", "node /app/main.js"]»
```

The base image starts an interpreter, whose arguments these become:

```dockerfile Dockerfile fails
FROM gcr.io/distroless/nodejs22-debian12
COPY dist /app
CMD «node /app/main.js»
```

In an empty image:

```dockerfile Dockerfile fails
FROM scratch
COPY app /app
CMD «/app»
```
```dockerfile Dockerfile fixed
FROM scratch
COPY app /app
CMD ["/app"]
```

The program is a shell script:

```dockerfile Dockerfile fails
FROM gcr.io/distroless/python3-debian12
COPY . /app
ENTRYPOINT «["/app/start"]»
```
```bash start fails
#!/bin/sh
exec python3 /app/main.py
```

A service calls one:

```dockerfile Dockerfile fails
FROM gcr.io/distroless/static-debian12:nonroot
COPY app /app
ENTRYPOINT ["/app"]
```
```yaml compose.yaml fails
services:
  app:
    build: .
    entrypoint: «sh -c "/app --verbose"»
    healthcheck:
      test: «/app health || exit 1»
```

Exec form, without a shell:

```dockerfile Dockerfile passes
FROM gcr.io/distroless/static-debian12:nonroot
COPY app /app
HEALTHCHECK --interval=30s CMD ["/app", "health"]
ENTRYPOINT ["/app"]
CMD ["--listen", ":8080"]
```
```yaml compose.yaml passes
services:
  app:
    build: .
    command: --verbose
    healthcheck:
      test: ["CMD", "/app", "health"]
```

There is a shell: in the debug variant, or because it was copied:

```dockerfile Dockerfile passes
FROM gcr.io/distroless/base-debian12:debug
CMD ["sh", "-c", "/app"]
```
```dockerfile b/Dockerfile passes
FROM gcr.io/distroless/base-debian12
COPY --from=busybox:1.37 /bin/sh /bin/sh
CMD /app
```
```dockerfile c/Dockerfile passes
FROM debian:12.8 AS build
FROM scratch
COPY --from=build / /
CMD /app
```
```dockerfile d/Dockerfile passes
FROM scratch
ADD rootfs.tar.xz /
CMD ["bash"]
```

In a stage that builds, and in an image that is not known to have none:

```dockerfile Dockerfile passes
FROM debian:12.8 AS build
CMD make
FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /src/app /app
CMD ["/app"]
```
```dockerfile b/Dockerfile passes
FROM registry.acme.dev/base:4.2
CMD /app
```
"""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import basename
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.model.command_wrappers import SHELLS
from deployflow_gate.model.instructions.dialect import UNIX_SHELL
from deployflow_gate.model.starting import script_file
from deployflow_gate.rulebook.command._distroless import DISTROLESS, shellless
from deployflow_gate.rulebook.command._exec_form import array_fix

if TYPE_CHECKING:
    from deployflow_gate.model.compose import Service
    from deployflow_gate.model.image import Image
    from deployflow_gate.model.instruction import Cmd, Entrypoint, Healthcheck, Instruction
    from deployflow_gate.text import Text


@rule(Severity.ERROR, seeds=("004:16",))
def check(image: Image) -> Iterator[Problem]:
    if not shellless(image):
        return
    for instruction in (image.healthcheck, image.entrypoint, image.command):
        if instruction is not None:
            yield from _called(image, instruction)
    for service in image.services:
        if not service.development:
            yield from _of_service(service)


def _called(image: Image, instruction: Cmd | Entrypoint | Healthcheck) -> Iterator[Problem]:
    body = instruction.argument_text
    text = body.text.strip()
    if not text or getattr(instruction, "disabled", False):
        return
    start = body.text.index(text)
    at = body.span(start, start + len(text))
    if not instruction.json:
        if instruction.shell == UNIX_SHELL and not text.startswith("["):
            message = f"`{instruction.keyword}` is in shell form, and the image has no shell."
            yield Problem(at, message, fix=None if _is_passed_on(image, instruction) else array_fix(body, start, text))
        return
    script = instruction.script
    command = script.commands[0] if script is not None and script.commands else None
    if command is None or not instruction.exec_words:
        return
    name = instruction.exec_words[0].value or ""
    if basename(name) in SHELLS:
        yield Problem(at, f"`{instruction.keyword}` calls `{name}`, and the image has no shell.")
    elif name.endswith(".sh") or (command.name == basename(name) and script_file(image, command) is not None):
        yield Problem(at, f"`{name}` is a shell script, and the image has no shell.")


def _is_passed_on(image: Image, instruction: Instruction) -> bool:
    """Whether a command is the arguments of the interpreter that the base image starts, so that its words would not do as they are."""
    name = image.base.name if image.base is not None else None
    if instruction.keyword != "CMD":
        return False
    return image.entrypoint is not None or (name or "").removeprefix(DISTROLESS).startswith(
        ("nodejs", "python", "java")
    )


def _of_service(service: Service) -> Iterator[Problem]:
    for key, words in (("entrypoint", service.entrypoint_words), ("command", service.command_words)):
        entry = service.entry(key)
        if words and entry is not None and _is_shell(words[0]):
            yield Problem(
                entry.value.span, f"The service `{service.name}` calls `{words[0].value}`, and its image has no shell."
            )
    check = service.healthcheck
    entry = check.mapping.merged.get("test") if check is not None else None
    if check is None or entry is None or check.test is None:
        return
    if not check.words or check.words[0].value == "CMD-SHELL" or (len(check.words) > 1 and _is_shell(check.words[1])):
        yield Problem(entry.value.span, f"The health check of `{service.name}` needs a shell, and its image has none.")


def _is_shell(word: Text) -> bool:
    return basename(word.value or "") in SHELLS
