"""Where commands take a password, and which commands make a private key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.text import UNKNOWN

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command
    from deployflow_gate.syntax.shell import Word

_FLAGS: dict[str, tuple[str, ...]] = {
    "wget": ("--password", "--http-password", "--ftp-password", "--proxy-password"),
    "sshpass": ("-p",),
    "useradd": ("-p", "--password"),
    "usermod": ("-p", "--password"),
    "x11vnc": ("-storepasswd", "-passwd"),
    "lftp": ("--password",),
    "redis-cli": ("-a", "--pass"),
    "mongo": ("-p", "--password"),
    "mongosh": ("-p", "--password"),
    "smbclient": ("--password",),
    "ldapadd": ("-w",),
    "ldapmodify": ("-w",),
    "ldapsearch": ("-w",),
}
"""Tool → the flags behind which a password stands, as a word of its own or joined (`-pX`, `--password=X`)."""

_JOINED = frozenset(
    {"mysql", "mysqladmin", "mysqldump", "mysqlimport", "mysqlsh", "mariadb", "mariadb-admin", "mariadb-dump"}
)
"""Tools whose `-p` and `--password` ask for the password unless it is joined to them."""

_USER_AND_PASSWORD = {"curl": ("-u", "--user", "-U", "--proxy-user")}
"""Tool → the flags that take `user:password`."""

_LOGINS = frozenset({"docker", "podman", "buildah", "nerdctl", "helm", "az", "oc", "skopeo", "crane", "oras"})
_DRUSH_PASSWORDS = frozenset({"user:password", "user-password", "upwd"})


def credentials(command: Command) -> Iterator[Word]:
    """The words, or the parts of words, of a command that are passwords by their place. They may be variables."""
    name = command.name or ""
    if name in _FLAGS:
        return _behind(command, _FLAGS[name])
    if name in _JOINED:
        return _joined(command)
    if name in _USER_AND_PASSWORD:
        return _behind_user(command, _USER_AND_PASSWORD[name])
    if name in _LOGINS:
        logs_in = "login" in [word.sketch for word in command.arguments[:3]]
        return _behind(command, ("-p", "--password")) if logs_in else iter(())
    reader = {"net": _of_net, "drush": _of_drush, "htpasswd": _of_htpasswd, "chpasswd": _of_chpasswd}.get(name)
    return reader(command) if reader is not None else iter(())


def _joined(command: Command) -> Iterator[Word]:
    for word in command.arguments:
        skip = 11 if word.sketch.startswith("--password=") else 2 if word.sketch.startswith("-p") else 0
        if skip and len(word.sketch) > skip:
            yield command.tail(word, skip)


def _behind_user(command: Command, flags: tuple[str, ...]) -> Iterator[Word]:
    for word in _behind(command, flags):
        user, colon, password = word.sketch.partition(":")
        if colon and password:
            yield command.tail(word, len(user) + 1)
        elif not colon and UNKNOWN in user:
            yield word


def _of_net(command: Command) -> Iterator[Word]:
    """`net user name password`."""
    words = command.arguments
    if len(words) > 2 and words[0].sketch == "user" and not words[2].sketch.startswith("/"):
        yield words[2]


def _behind(command: Command, flags: tuple[str, ...]) -> Iterator[Word]:
    words = command.arguments
    for index, word in enumerate(words):
        for flag in flags:
            if word.sketch == flag:
                if index + 1 < len(words):
                    yield words[index + 1]
            elif word.sketch.startswith(flag + "="):
                yield command.tail(word, len(flag) + 1)
            elif len(flag) == 2 and word.sketch.startswith(flag):
                yield command.tail(word, 2)
            else:
                continue
            break


def _of_drush(command: Command) -> Iterator[Word]:
    operands = [word for word in command.arguments if not word.sketch.startswith("-")]
    if operands and operands[0].sketch in _DRUSH_PASSWORDS and len(operands) > 2:
        yield operands[2]
    yield from _behind(command, ("--password", "--account-pass"))


def _of_htpasswd(command: Command) -> Iterator[Word]:
    """`htpasswd -b file user password`, `htpasswd -nb user password`."""
    letters = {letter for word in command.arguments if word.sketch.startswith("-") for letter in word.sketch[1:]}
    operands = [word for word in command.arguments if not word.sketch.startswith("-")]
    wanted = 2 if "n" in letters else 3
    if "b" in letters and len(operands) >= wanted:
        yield operands[wanted - 1]


def _of_chpasswd(command: Command) -> Iterator[Word]:
    """`echo user:password | chpasswd`."""
    for source in command.piped_from:
        if source.name in ("echo", "printf"):
            for word in source.arguments:
                user, colon, password = word.sketch.partition(":")
                if colon and password.strip("\\n"):
                    yield source.tail(word, len(user) + 1)


_SSH_OTHER = frozenset({*"lFHRrkQyBeiLpcsYKDI", "lf"})
"""Letters of ssh-keygen's flags that do something else than make a key."""

_OPENSSL_MAKES = frozenset({"genrsa", "gendsa", "genpkey"})
_OPENSSL_WRITES = frozenset({"rsa", "dsa", "ec", "pkey"})
_OPENSSL_PUBLIC = frozenset(
    {"-pubin", "-pubout", "-RSAPublicKey_in", "-RSAPublicKey_out", "-noout", "-genparam", "-paramfile"}
)
_KEYTOOL_MAKES = frozenset({"-genkey", "-genkeypair", "-genseckey"})


def makes_private_key(command: Command) -> bool:
    """Whether a command writes a private key, for all that is known of its arguments."""
    sketches = [word.sketch for word in command.arguments]
    if any(UNKNOWN in sketch for sketch in sketches) or not sketches:
        return False
    if command.name == "ssh-keygen":
        return not any(len(s) == 2 and s[0] == "-" and s[1] in _SSH_OTHER for s in sketches)
    if command.name == "keytool":
        return not _KEYTOOL_MAKES.isdisjoint(sketches)
    if command.name != "openssl" or not _OPENSSL_PUBLIC.isdisjoint(sketches):
        return False
    action, flags = sketches[0], set(sketches[1:])
    if action in ("dsaparam", "ecparam"):
        return "-genkey" in flags
    if action == "req":
        return "-newkey" in flags or ("-new" in flags and "-key" not in flags)
    return action in _OPENSSL_MAKES or (action in _OPENSSL_WRITES and "-check" not in flags)
