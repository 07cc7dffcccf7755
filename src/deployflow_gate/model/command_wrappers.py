"""Commands that run another command: `sudo`, `env`, `timeout 5`, `tini --`, `poetry run`, `sh -c`."""

from __future__ import annotations

from collections.abc import Sequence

from deployflow_gate.record import dataclass
from deployflow_gate.regex import regex
from deployflow_gate.syntax.shell import Word

MAX_WRAPPERS = 12
"""Wrappers around one command; `sudo sudo sudo …` has no end otherwise."""

ASSIGNMENT = regex(r"[A-Za-z_][A-Za-z0-9_]*=")


@dataclass(frozen=True, slots=True)
class Wrapper:
    """`values`: its flags that take the next word. `operands`: how many words of its own stand before the command. `user`: the
    flags (or "operand") that name the user to become. `assigns`: `A=b` may stand before the command. `unless`: with one of these
    flags it runs nothing. `sub`: its subcommand that runs a command."""

    values: frozenset[str] = frozenset()
    operands: int = 0
    user: tuple[str, ...] = ()
    assigns: bool = False
    unless: frozenset[str] = frozenset()
    sub: tuple[str, ...] = ()


def _wrapper(
    values: str = "", operands: int = 0, user: str = "", assigns: bool = False, unless: str = "", sub: str = ""
) -> Wrapper:
    return Wrapper(
        frozenset(values.split()), operands, tuple(user.split()), assigns, frozenset(unless.split()), tuple(sub.split())
    )


WRAPPERS: dict[str, Wrapper] = {
    "sudo": _wrapper(
        "-u --user -g --group -h --host -p --prompt -C --close-from -r --role -t --type -T --command-timeout -U --other-user -D"
        " --chdir -R --chroot",
        user="-u --user",
        assigns=True,
        unless="-l --list -v --validate -k -K -V --version",
    ),
    "doas": _wrapper("-u -C", user="-u"),
    "env": _wrapper("-u --unset -C --chdir", assigns=True, unless="--version --help"),
    "cross-env": _wrapper(assigns=True),
    "cross-env-shell": _wrapper(assigns=True),
    "exec": _wrapper("-a"),
    "command": _wrapper(unless="-v -V"),
    "builtin": _wrapper(),
    "time": _wrapper("-f --format -o --output"),
    "nice": _wrapper("-n --adjustment"),
    "ionice": _wrapper("-c --class -n --classdata", unless="-p --pid"),
    "nohup": _wrapper(),
    "setsid": _wrapper(),
    "stdbuf": _wrapper("-i --input -o --output -e --error"),
    "unbuffer": _wrapper(),
    "xargs": _wrapper(
        "-a --arg-file -d --delimiter -E -I --replace -L --max-lines -n --max-args -P --max-procs -s --max-chars"
        " --process-slot-var"
    ),
    "timeout": _wrapper("-k --kill-after -s --signal", operands=1),
    "tini": _wrapper("-p -e"),
    "tini-static": _wrapper("-p -e"),
    "docker-init": _wrapper("-p -e"),
    "dumb-init": _wrapper("-r --rewrite"),
    "catatonit": _wrapper(),
    "gosu": _wrapper(operands=1, user="operand"),
    "su-exec": _wrapper(operands=1, user="operand"),
    "s6-setuidgid": _wrapper(operands=1, user="operand"),
    "with-contenv": _wrapper(),
    "chpst": _wrapper("-u -U -e -/ -n -l -L -m -d -o -p -f -c -r -t", user="-u"),
    "setpriv": _wrapper(
        "--reuid --regid --groups --securebits --bounding-set --inh-caps --ambient-caps", user="--reuid"
    ),
    "runuser": _wrapper("-u --user -g --group -G --supp-group -w -s --shell", user="-u --user"),
    "chroot": _wrapper("--userspec --groups", operands=1),
    "flock": _wrapper("-w --timeout --wait -E --conflict-exit-code", operands=1),
    "fakeroot": _wrapper(),
    "eatmydata": _wrapper(),
    "xvfb-run": _wrapper("-n --server-num -s --server-args -e --error-file -f --auth-file -p --xauth-protocol"),
    "dbus-run-session": _wrapper(),
    "busybox": _wrapper(unless="--list --install --help --list-full"),
    "ddtrace-run": _wrapper(),
    "opentelemetry-instrument": _wrapper(
        "--traces_exporter --metrics_exporter --logs_exporter --service_name --exporter_otlp_endpoint"
    ),
    "newrelic-admin": _wrapper(sub="run-program"),
    "poetry": _wrapper("-C --directory -P --project", sub="run"),
    "pipenv": _wrapper("--python", sub="run"),
    "pdm": _wrapper("-p --project", sub="run"),
    "hatch": _wrapper("-e --env", sub="run"),
    "rye": _wrapper(sub="run"),
    "uv": _wrapper(
        "--directory --project -p --python --extra --group --only-group --no-group --package --with --with-editable"
        " --with-requirements --env-file --cache-dir --index --default-index --index-url --extra-index-url --link-mode -C"
        " --config-setting --config-file --color --no-install-package --refresh-package --python-preference",
        sub="run",
        unless="-m --module -s --script",
    ),
    "bundle": _wrapper(sub="exec"),
    "conda": _wrapper("-n --name -p --prefix --cwd", sub="run"),
    "mamba": _wrapper("-n --name -p --prefix --cwd", sub="run"),
    "micromamba": _wrapper("-n --name -p --prefix -r --root-prefix --cwd", sub="run"),
    "pnpm": _wrapper("-C --dir -F --filter", sub="exec"),
    "doppler": _wrapper("-t --token -p --project -c --config", sub="run"),
    "infisical": _wrapper("--env --path --token --projectId", sub="run"),
    "dotenv": _wrapper("-f --file -e", sub="run"),
}

SHELLS = frozenset(("sh", "bash", "dash", "ash", "zsh", "ksh", "mksh"))


def base_name(word: Word) -> str | None:
    """A command's name: the last part of its path, without .exe; None where that part is not known."""
    sketch = word.sketch
    if "/" in sketch:
        sketch = sketch.rpartition("/")[2]
    if not sketch or "\x00" in sketch:
        return None
    return sketch[:-4] if sketch[-4:].lower() == ".exe" else sketch


@dataclass(frozen=True, slots=True)
class Peeled:
    words: tuple[Word, ...]
    wrappers: tuple[str, ...]
    assigned: tuple[tuple[str, Word], ...]
    user: Word | None


def peel(words: tuple[Word, ...]) -> Peeled:
    """Take the wrappers off. A wrapper that runs nothing (`sudo -v`, `env` alone) stays as the command."""
    wrappers: list[str] = []
    assigned: list[tuple[str, Word]] = []
    user: Word | None = None
    while words and len(wrappers) < MAX_WRAPPERS:
        name = base_name(words[0])
        wrapper = WRAPPERS.get(name) if name else None
        if name is None or wrapper is None:
            break
        found = _behind(words, wrapper)
        if found is None:
            break
        at, named = found
        if name == "runuser" and named is None:
            break
        start = at
        while wrapper.assigns and at < len(words) and ASSIGNMENT.match(words[at].sketch):
            at += 1
        if at >= len(words):
            break
        assigned += [_assignment(word) for word in words[start:at]]
        wrappers.append(f"{name} {wrapper.sub[0]}" if wrapper.sub else name)
        user = named or user
        words = words[at:]
    return Peeled(words, tuple(wrappers), tuple(assigned), user)


def _assignment(word: Word) -> tuple[str, Word]:
    name, _, value = word.sketch.partition("=")
    skip = len(name) + 1
    exact = word.raw.startswith(f"{name}=")
    return name, Word(word.span, word.raw[skip:] if exact else word.raw, value, word.start + skip * exact, word.end)


def _behind(words: Sequence[Word], wrapper: Wrapper) -> tuple[int, Word | None] | None:
    """Where the wrapped command begins, and the user that the wrapper becomes; None when it runs no command."""
    at = 1
    user: Word | None = None
    if wrapper.sub:
        at = _past_flags(words, 1, wrapper)[0]
        if at >= len(words) or words[at].sketch not in wrapper.sub:
            return None
        at += 1
    at, user, stopped = _past_flags(words, at, wrapper)
    if stopped:
        return None
    if wrapper.operands and at < len(words):
        if "operand" in wrapper.user:
            user = words[at]
        at += wrapper.operands
        if at < len(words) and words[at].sketch == "--":
            at += 1
    return (at, user) if at < len(words) else None


def _past_flags(words: Sequence[Word], at: int, wrapper: Wrapper) -> tuple[int, Word | None, bool]:
    user: Word | None = None
    while at < len(words):
        sketch = words[at].sketch
        if sketch == "--":
            return at + 1, user, False
        if not sketch.startswith("-") or (sketch == "-" and not wrapper.assigns):
            break
        name, equals, _ = sketch.partition("=")
        if name in wrapper.unless:
            return at, user, True
        if not equals and (name in wrapper.values or (not name.startswith("--") and "-" + name[-1:] in wrapper.values)):
            at += 1
            if (name in wrapper.user or (len(name) > 2 and "-" + name[-1] in wrapper.user)) and at < len(words):
                user = words[at]
        elif equals and name in wrapper.user:
            user = _assignment(words[at])[1]
        at += 1
    return at, user, False
