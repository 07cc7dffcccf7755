"""A policy's name or path to a policy that is ready to decide."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from deployflow_gate.lint.severity import Severity
from deployflow_gate.policy._presets import PRESETS
from deployflow_gate.policy.extends import Extended
from deployflow_gate.policy.faults import Faults, PolicyError, PolicyFault, quoted
from deployflow_gate.policy.model import Policy
from deployflow_gate.policy.rules import known
from deployflow_gate.policy.written import Said, Waiver, Written
from deployflow_gate.text import Source

__all__ = ["DEFAULT", "PRESETS", "PolicyError", "PolicyFault", "load_own_policy", "load_policy"]

DEFAULT = "deployflow"

POLICY_PATH = ".github/deployflow.yml"
"""Where a repository's own policy is."""

Read = Callable[[str], bytes]


def load_policy(name_or_path: str | None = None, *, read: Read | None = None) -> Policy:
    """The policy of a preset's name (`deployflow`, `security`, `strict`, `minimal`, `size-first`,
    `everything`) or of a file's path.

    None is the built-in default. `read` gives the bytes of a path of the repository (a snapshot's `read`); without it
    files are read from disk, and what they extend must lie below the working folder (or, for a policy from elsewhere,
    below its own folder). Raises PolicyError with every fault of the file and of those it extends, and nothing else.
    """
    name = DEFAULT if name_or_path is None else name_or_path
    faults = Faults()
    entries = known()
    if name in PRESETS:
        nowhere = Source(f"preset {name}", "").whole
        files = Extended(_no_file, entries, faults).in_order(name, nowhere, ())
        return _policy(name, f"preset {name}", files, faults)
    path, load = _from_snapshot(name, read) if read else _from_disk(name)
    source = load(path)
    if isinstance(source, str):
        raise PolicyError([PolicyFault(name, 0, 0, _absent(name, source))])

    from deployflow_gate.policy.read import read_policy

    written = read_policy(source, entries, faults)
    files = Extended(load, entries, faults).below(path, written, source.whole, ())
    return _policy(name, source.path, files, faults)


def load_own_policy(paths: Collection[str], read: Read) -> Policy:
    """The policy of the repository of these paths, or the default if it has none.

    Raises PolicyError as `load_policy` does, and for one that stands where it would not be read: who wrote a policy must
    not be judged by another one.
    """
    if POLICY_PATH in paths:
        return load_policy(POLICY_PATH, read=read)
    folder, other = POLICY_PATH.partition("/")[0], POLICY_PATH.replace(".yml", ".yaml")
    reason = ""
    if folder in paths:
        path, reason = folder, "This is a symlink or a file, so no policy in it is read. Make it a folder."
    elif other in paths:
        path, reason = other, f"The policy would not be read. Rename it to `{POLICY_PATH}`."
    elif any(path.startswith(f"{POLICY_PATH}/") for path in paths):
        path, reason = POLICY_PATH, "This is a folder, not a policy."
    if reason:
        raise PolicyError([PolicyFault(path, 0, 0, reason)])
    return load_policy()


def _no_file(path: str) -> Source | str:
    return f"A preset extends no file, such as {quoted(path)}."


def _policy(name: str, origin: str, files: Iterable[Written], faults: Faults) -> Policy:
    """Later files win where only one can be right; lists add up."""
    fail_on, inline = Said("error", ""), Said("allow", "")
    every = tuple(files)
    faults.raise_any()
    waivers: dict[tuple[str, int], Waiver] = {}
    for written in every:
        fail_on = written.fail_on or fail_on
        inline = written.inline_ignores or inline
        waivers |= {(w.span.path, w.span.start): w for w in written.waivers}
    return Policy(
        name=name,
        origin=origin,
        fail_on=None if fail_on.value == "never" else Severity(fail_on.value),
        inline_ignores=inline.value,
        layers=tuple(layer for written in every for layer in written.layers),
        excluded=tuple(dict.fromkeys(said for written in every for said in written.exclude)),
        produced=tuple(dict.fromkeys(said for written in every for said in written.production)),
        waivers=tuple(waivers.values()),
        entries=known(),
        provenance={"fail-on": fail_on.where, "inline-ignores": inline.where},
    )


def _absent(name: str, reason: str) -> str:
    if "." in name or "/" in name:
        return reason
    from deployflow_gate.policy.faults import meant

    return f"There is neither a preset nor a file {quoted(name)}{meant(name, PRESETS)}."


def _from_snapshot(path: str, read: Read) -> tuple[str, Callable[[str], Source | str]]:
    def load(path: str) -> Source | str:
        return _decoded(path, lambda: read(path))

    return path, load


def _from_disk(name: str) -> tuple[str, Callable[[str], Source | str]]:
    """The policy's path from its root, and what loads paths from there. The root is the working folder, or the policy's
    own folder if it lies elsewhere. The policy itself may be anywhere: who starts the gate chose it."""
    from deployflow_gate.policy.disk import read_below, root_of

    root, start = root_of(name)

    def load(path: str) -> Source | str:
        return _decoded(name if path == start else path, lambda: read_below(root, path, chosen=path == start))

    return start, load


def _decoded(path: str, read: Callable[[], bytes]) -> Source | str:
    from deployflow_gate.snapshot import Unreadable
    from deployflow_gate.snapshot.paths import MAX_FILE_BYTES, TOO_LARGE
    from deployflow_gate.syntax.decode import decode

    try:
        data = read()
        return TOO_LARGE if len(data) > MAX_FILE_BYTES else decode(path, data)
    except Unreadable as error:
        return error.reason
    except KeyError:
        return "The file is not in the repository."
    except (OSError, ValueError) as error:
        return f"The file cannot be read ({getattr(error, 'strerror', None) or type(error).__name__})."
