r"""USER and --chown name nobody who is not there.

`scratch` has no `/etc/passwd`, and distroless images have one with few users and no program that could add to it. A name that stands
in none stops the build at `--chown`, and the container as it starts. A number needs no such file.

A name on `scratch`:

```dockerfile Dockerfile fails
FROM golang:1.23.3 AS build
RUN useradd --uid 10001 shop && go build -o /shop .
FROM scratch
COPY --from=build /shop /shop
USER «shop»
ENTRYPOINT ["/shop"]
```
```dockerfile Dockerfile fixed
FROM golang:1.23.3 AS build
RUN useradd --uid 10001 shop && go build -o /shop .
FROM scratch
COPY --from=build /shop /shop
USER 10001
ENTRYPOINT ["/shop"]
```

A group, and the owner of what is copied:

```dockerfile Dockerfile fails
FROM golang:1.23.3 AS build
RUN go build -o /shop .
FROM scratch
COPY --from=build --chown=«shop:staff» /shop /shop
USER 10001:«staff»
ENTRYPOINT ["/shop"]
```

A name that distroless images do not have:

```dockerfile Dockerfile fails
FROM gcr.io/distroless/static-debian12
COPY shop /shop
USER «shop»
ENTRYPOINT ["/shop"]
```
```dockerfile Dockerfile fixed
FROM gcr.io/distroless/static-debian12
COPY shop /shop
USER 10001
ENTRYPOINT ["/shop"]
```

Only the users are brought, not the groups:

```dockerfile Dockerfile fails
FROM golang:1.23.3 AS build
RUN useradd --uid 10001 shop && go build -o /shop .
FROM scratch
COPY --from=build /etc/passwd /etc/passwd
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/
COPY --from=build /shop /shop
USER shop:«shop»
ENTRYPOINT ["/shop"]
```

Numbers, root, and the users that are there:

```dockerfile Dockerfile passes
FROM scratch
COPY --chown=10001:10001 shop /shop
USER 10001:10001
ENTRYPOINT ["/shop"]
```
```dockerfile b/Dockerfile passes
FROM gcr.io/distroless/static-debian12
USER nonroot:nonroot
```
```dockerfile c/Dockerfile passes
FROM scratch
USER root
```

The file that names them is brought, by itself or with all there is:

```dockerfile Dockerfile passes
FROM golang:1.23.3 AS build
RUN useradd --uid 10001 shop && go build -o /shop .
FROM scratch AS base
COPY --from=build /etc/passwd /etc/group /etc/
FROM base
COPY --from=build --chown=shop:shop /shop /shop
USER shop:shop
```
```dockerfile b/Dockerfile passes
FROM scratch
ADD rootfs.tar.xz /
USER shop
```
```dockerfile c/Dockerfile passes
FROM scratch
COPY <<EOF /etc/passwd
shop:x:10001:10001::/:
EOF
USER shop
```

Of another base image it is not known who is there, and a name may be in a variable:

```dockerfile Dockerfile passes
FROM registry.acme.dev/base:4.2
USER shop
```
```dockerfile b/Dockerfile passes
FROM scratch
ARG RUN_AS
USER ${RUN_AS}
```

## Options

- `user`: the number that the fix gives.
"""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import basename
from typing import TYPE_CHECKING, Literal

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.model.instruction import Run, Transfer, User
from deployflow_gate.model.placement import joined, located
from deployflow_gate.model.user import halves_of
from deployflow_gate.text import UNKNOWN

if TYPE_CHECKING:
    from deployflow_gate.model.stage import Stage
    from deployflow_gate.text import Text

Kind = Literal["user", "group"]

_DISTROLESS: dict[Kind, frozenset[str]] = {
    "user": frozenset({"root", "nobody", "nonroot"}),
    "group": frozenset({"root", "nobody", "tty", "staff", "nonroot"}),
}
"""Of the images' own `/etc/passwd` and `/etc/group`."""
_FILES: dict[Kind, str] = {"user": "/etc/passwd", "group": "/etc/group"}
_ARCHIVES = (".tar", ".gz", ".tgz", ".xz", ".bz2", ".zst", ".tbz", ".txz")


@rule(Severity.WARNING, aliases=("tally:tally/named-identity-in-passwdless-stage",))
def check(stage: Stage, *, user: str = "10001") -> Iterator[Problem]:
    base = _base(stage)
    if base is None:
        return
    there: dict[Kind, bool] = {"user": False, "group": False}
    users: list[User] = []
    for instruction, folder in located(stage.history):
        if isinstance(instruction, Run):
            return
        if isinstance(instruction, User) and instruction.stage is stage:
            users.append(instruction)
        elif isinstance(instruction, Transfer):
            if instruction.chown is not None and instruction.stage is stage:
                yield from _missing(instruction.chown, base, there, user)
            for kind, file in _FILES.items():
                there[kind] = there[kind] or _brings(instruction, folder, file)
    for named in users:
        # whose file may be brought behind it, as long as the container has it when it starts
        yield from _missing(named.whole(), base, there, user)


def _base(stage: Stage) -> str | None:
    """What the image stands on, if that is known to the last file."""
    if stage.from_scratch:
        return "scratch"
    name = stage.base.name if stage.base is not None else None
    return name if name is not None and name.startswith("gcr.io/distroless/") else None


def _missing(owner: Text, base: str, there: dict[Kind, bool], number: str) -> Iterator[Problem]:
    names = halves_of(owner)
    both: tuple[tuple[Kind, Text | None], ...] = (("user", names[0]), ("group", names[1]))
    missing = [
        (kind, name) for kind, name in both if name is not None and not there[kind] and _unknown(kind, name, base)
    ]
    if not missing:
        return
    kinds = " and ".join(f"{kind} `{name.value}`" for kind, name in missing)
    fix = None
    if len(missing) == 1 and missing[0][0] == "user" and owner.raw == owner.sketch:
        fix = Fix(f"Name the user by the number {number}", (edits.replace(owner.span, _numbered(names, number)),))
    span = owner.span if len(missing) > 1 else missing[0][1].span
    verb = "is" if len(missing) == 1 else "are"
    yield Problem(span, f"The {kinds} {verb} not there: `{base}` has no such name.", fix=fix)


def _unknown(kind: Kind, text: Text, base: str) -> bool:
    name = text.value
    if not name or name.isdigit() or name.lower() == "root" or not name.isascii():
        return False
    return base == "scratch" or name not in _DISTROLESS[kind]


def _brings(transfer: Transfer, folder: str, file: str) -> bool:
    """Whether it brings a file, or may."""
    target = transfer.destination
    if target is None or target.value is None:
        return True
    place = joined(folder, target.value).removeprefix(UNKNOWN) or "/"
    if not place.startswith("/") or place == file:
        return True
    if not (file + "/").startswith(place.rstrip("/") + "/"):
        return False
    names = [basename((source.value or "*").rstrip("/")) for source in transfer.sources]
    names += [heredoc.name for heredoc in transfer.heredocs]
    return any(_may_hold(transfer, name, place, file) for name in names)


def _may_hold(transfer: Transfer, name: str, place: str, file: str) -> bool:
    """Whether a source of this name is the file, or may be a folder or an archive that has it."""
    if "*" in name or "?" in name or "[" in name or name in {"", ".", ".."}:
        return True
    if place != "/" and name in {"passwd", "group"}:
        return name == basename(file)
    if name.endswith(_ARCHIVES):
        return transfer.keyword == "ADD"
    stage = transfer.stage
    for start in (stage.entrypoint, stage.command) if stage is not None else ():
        for word in start.words if start is not None else ():
            if basename(word.sketch.strip("\"'[],")) == name:
                return False  # a program
    return "." not in name


def _numbered(names: tuple[Text, Text | None], number: str) -> str:
    group = names[1]
    if group is None:
        return number
    return f"{number}:{group.value if (group.value or '').isdigit() else number}"
