"""Where in an image an install of Python or Node puts its packages, and whether another stage takes them from there."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import dirname, join
from typing import TYPE_CHECKING

from deployflow_gate.model.placement import before, folder_of, joined
from deployflow_gate.text import UNKNOWN

if TYPE_CHECKING:
    from deployflow_gate.model.install import Install
    from deployflow_gate.model.instruction import Run, Transfer
    from deployflow_gate.model.stage import Stage

_SYSTEM_BIN = ("/usr", "/usr/local", "/")


def packages_of(install: Install, run: Run) -> str | None:
    """The folder below which the packages stand, None where it is not known. `/usr` for those of the system's Python."""
    if install.ecosystem == "node":
        folder = folder_of(install.command, run)
        moved = install.command.option("--prefix", "-C", "--cwd", "--dir")
        if folder is None or install.is_global or (moved is not None and moved.value is None):
            return None
        return join(joined(folder, moved.value or "") if moved is not None else folder, "node_modules")
    if install.manager in ("pip", "uv"):
        return _python(install, run)
    return None


def _python(install: Install, run: Run) -> str | None:
    command = install.command
    folder = folder_of(command, run)
    if folder is None or install.uncertain:
        return None
    named = command.option("--target", "-t", "--prefix", "--root", "--python")
    if install.action == "download":
        named = command.option("-w", "--wheel-dir", "-d", "--dest")
        return joined(folder, named.value) if named is not None and named.value else folder if named is None else None
    if install.manager == "uv" and install.verb == "sync":
        place = command.variable("UV_PROJECT_ENVIRONMENT") or ".venv"
        return None if UNKNOWN in place or "--active" in [w.sketch for w in install.flags] else joined(folder, place)
    if named is not None:
        return joined(folder, named.value) if named.value and not install.has_flag("--python") else None
    if install.has_flag("--user"):
        return _user_base(install, run)
    if any(command.variable(name) for name in ("PIP_TARGET", "PIP_PREFIX", "PIP_USER", "UV_SYSTEM_PYTHON", "PIP_ROOT")):
        return None if install.manager == "pip" else "/usr"
    return _environment(install, run, folder)


def _user_base(install: Install, run: Run) -> str | None:
    from deployflow_gate.model.instruction import User

    base = install.command.variable("PYTHONUSERBASE")
    if base:
        return None if UNKNOWN in base else base
    home = install.command.variable("HOME")
    if home:
        return None if UNKNOWN in home else join(home, ".local")
    user = "root"
    for earlier in before(run):
        if isinstance(earlier, User):
            user = earlier.user.value or ""
    known = run.stage is not None and run.stage.base is not None and run.stage.base.known is not None
    return "/root/.local" if user in ("root", "0") and known else None


def _environment(install: Install, run: Run, folder: str) -> str | None:
    """The virtual environment that is in force, or the system."""
    from deployflow_gate.model.instruction import Run

    command = install.command
    first = command.words[0].sketch
    if "/" in first:
        place = dirname(dirname(joined(folder, first)))
        return None if UNKNOWN in first else "/usr" if place in _SYSTEM_BIN else place
    active = command.variable("VIRTUAL_ENV") or ""
    if active:
        return None if UNKNOWN in active else active
    for other in command.script.commands:
        if other is command:
            break
        if other.name in (".", "source", "conda", "micromamba"):
            word = other.operands[0].value if other.operands else None
            suffix = "/bin/activate"
            return joined(folder, word.removesuffix(suffix)) if word is not None and word.endswith(suffix) else None
    path = command.variable("PATH") or ""
    head = path.split(":")[0]
    made = any(
        other.tool in ("venv", "virtualenv") or (other.name == "uv" and other.subcommand == "venv")
        for earlier in before(run)
        if isinstance(earlier, Run) and earlier.script is not None
        for other in earlier.script.commands
    ) or any(other.tool in ("venv", "virtualenv") for other in command.script.commands)
    if head.endswith("/bin") and UNKNOWN not in head and dirname(head) not in _SYSTEM_BIN:
        return dirname(head)
    return (
        None
        if made or (install.manager == "uv" and not install.has_flag("--system")) or UNKNOWN in head[:1]
        else "/usr"
    )


def reaches(place: str, source: Stage, stage: Stage) -> bool:
    """False only where it is certain that `stage` takes nothing at, above or below a folder of another stage."""
    from deployflow_gate.model.instruction import Run

    if source in stage.lineage:
        return True
    seen, ahead = {stage}, [stage]
    while ahead:
        here = ahead.pop()
        if any(
            m.type in ("bind", None) and m.from_ is not None
            for one in here.lineage
            for r in one.of(Run)
            for m in r.mounts
        ):
            return True
        for transfer in transfers_of(here):
            other = transfer.from_stage
            if other is None:
                if transfer.from_ is not None and transfer.from_.value is None:
                    return True
            elif source in other.lineage:
                if any(_overlap(s.value, place) for s in transfer.sources):
                    return True
            elif other not in seen:
                seen.add(other)
                ahead.append(other)
    return False


def brought_from(stage: Stage) -> Iterator[tuple[Install, Run]]:
    """The installs of other stages whose packages `stage` surely has, since it copies the folder that they are in."""
    from deployflow_gate.model.instruction import Run

    for transfer in transfers_of(stage):
        source = transfer.from_stage
        if source is None:
            continue
        runs = (run for one in source.lineage if one not in stage.lineage for run in one.of(Run))
        for run in runs:
            for command in run.script.commands if run.script is not None else ():
                install = command.install
                place = packages_of(install, run) if install is not None and install.action == "install" else None
                if install is not None and place and any(_holds(s.value, place) for s in transfer.sources):
                    yield install, run


def _holds(copied: str | None, place: str) -> bool:
    """Whether a copied folder surely has the packages that stand below another one."""
    if copied is None or set(copied) & set("*?["):
        return False
    path = joined("/", copied).rstrip("/")
    if place == "/usr":
        return path in ("", "/usr", "/usr/local") or path.endswith(("/site-packages", "/dist-packages"))
    return path == place or place.startswith(path + "/") or (path.startswith(place + "/lib") and "packages" in path)


def transfers_of(stage: Stage) -> Iterator[Transfer]:
    """Every COPY and ADD of the stage and those it stands on."""
    from deployflow_gate.model.instruction import Transfer

    return (i for i in stage.history if isinstance(i, Transfer))


def _overlap(copied: str | None, place: str) -> bool:
    if copied is None or set(copied) & set("*?["):
        return copied is None or _overlap(dirname(copied.split("*")[0].split("?")[0].split("[")[0] + "x"), place)
    path = joined("/", copied).rstrip("/")
    if UNKNOWN in place:
        return True
    if path.startswith("/usr/") and place == "/usr":
        return any(part in path for part in ("/lib", "site-packages", "dist-packages")) or path == "/usr/local"
    return path == place or place.startswith(path + "/") or path.startswith(place + "/")
