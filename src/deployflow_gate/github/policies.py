"""The policy that is enforced, and the one that a change would leave behind: each loaded from a snapshot."""

from __future__ import annotations

from collections.abc import Iterable

from deployflow_gate.github.environment import FAIL_ON, Environment
from deployflow_gate.github.judged import SHORT, PolicySource
from deployflow_gate.github.sources import Sources
from deployflow_gate.lint.severity import Severity
from deployflow_gate.policy.faults import PolicyError, PolicyFault
from deployflow_gate.policy.load import POLICY_PATH, PRESETS, load_own_policy, load_policy
from deployflow_gate.policy.model import Policy
from deployflow_gate.record import dataclass, replace
from deployflow_gate.snapshot import Snapshot, Unreadable
from deployflow_gate.snapshot.paths import normalise


@dataclass(frozen=True)
class Wanted:
    """The policy that the inputs ask for: `name` is a preset or a path, None for the repository's own. `fail_on`, if `levelled`, is
    the level that blocks, whatever the policy says."""

    name: str | None = None
    fail_on: Severity | None = None
    levelled: bool = False

    @property
    def path(self) -> str | None:
        """The file that is meant; None for a preset."""
        if self.name is None:
            return POLICY_PATH
        if self.name in PRESETS:
            return None
        try:
            return normalise(self.name)
        except ValueError:
            return self.name  # which no repository has

    def within(self, snapshot: Snapshot) -> bool:
        """Whether the file is there."""
        return self.path in snapshot.paths()


def wanted_by(environment: Environment) -> Wanted:
    """What the inputs ask for."""
    fail_on = environment.fail_on
    return Wanted(environment.policy, FAIL_ON[fail_on] if fail_on else None, levelled=fail_on is not None)


@dataclass(frozen=True, eq=False)
class Loaded:
    """What was found. `policy` is None where it cannot be used, and `faults` say why. `name` is a preset's or a path, `files`
    are the paths that were read."""

    name: str
    policy: Policy | None
    faults: tuple[PolicyFault, ...] = ()
    files: tuple[str, ...] = ()

    @property
    def content(self) -> object:
        """Equal for two that say the same."""
        return self.policy.digest if self.policy else self.faults

    @property
    def digest(self) -> str:
        return self.policy.digest if self.policy else ""


def load(wanted: Wanted, snapshot: Snapshot) -> Loaded:
    """The policy that is wanted, as a snapshot has it."""
    files: list[str] = []

    def read(path: str) -> bytes:
        files.append(path)
        return snapshot.read(path)

    name = wanted.path or wanted.name or POLICY_PATH
    try:
        own = wanted.name is None
        policy = load_own_policy(snapshot.paths(), read) if own else load_policy(name, read=read)
    except PolicyError as error:
        return Loaded(name, None, error.faults, tuple(files))
    return Loaded(policy.name, _levelled(policy, wanted), (), tuple(files))


def enforced(wanted: Wanted, sources: Sources) -> Loaded:
    """The policy that judges an event: its base's, and the default where a change brings the repository its first."""
    if bootstraps(wanted, sources):
        policy = load_policy()
        return Loaded(policy.name, _levelled(policy, wanted))
    return load(wanted, sources.policy)


def bootstraps(wanted: Wanted, sources: Sources) -> bool:
    """Whether the repository's policy is only in the head: a change does not judge itself."""
    if sources.base is None or wanted.path is None:
        return False
    return wanted.within(sources.head) and not wanted.within(sources.policy) and not wanted.within(sources.base)


def _levelled(policy: Policy, wanted: Wanted) -> Policy:
    return replace(policy, fail_on=wanted.fail_on) if wanted.levelled else policy


def source(loaded: Loaded, wanted: Wanted, commit: str, place: str) -> PolicySource:
    """What to say of where a policy came from. `commit` is the SHA that it was read at, "" for files on disk; `place` is that in
    words ("the base")."""
    at = f" at `{commit[:SHORT]}`, {place}" if commit else f", {place}"
    if loaded.policy is None:
        said = f"The policy `{loaded.name}`{at} cannot be used."
    elif loaded.name not in PRESETS:
        said = f"The policy is `{loaded.name}`{at}."
    elif wanted.name == loaded.name:
        said = f"The policy is the preset `{loaded.name}`, as the workflow says."
    else:
        said = f"There is no `{wanted.path}`{at}, so the policy is the preset `{loaded.name}`."
    of_file = loaded.name not in PRESETS
    digest = f" Its digest is `{loaded.digest[:SHORT]}`." if loaded.policy else ""
    return PolicySource(loaded.name, commit if of_file else "", loaded.digest, said + digest)


def edited(files: Iterable[str], before: Snapshot, after: Snapshot) -> tuple[str, ...]:
    """The paths whose content is another in the second snapshot, or is only in one, symlinks followed; sorted."""
    return tuple(sorted({path for path in files if _content(path, before) != _content(path, after)}))


def _content(path: str, snapshot: Snapshot) -> bytes | str | None:
    try:
        return snapshot.read(path)
    except KeyError:
        return None
    except Unreadable as error:
        return error.reason
