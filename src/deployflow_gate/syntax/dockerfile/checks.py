"""What BuildKit refuses when it makes instructions of lines: unknown keywords and flags, arguments too few or too many.

The kinds of these faults: "order" (no FROM, or something before it), "keyword", "flag" (not known), "flag-value" (refused,
missing or given twice), "arguments" (too few, too many or malformed), "stage-name", "onbuild" (what may not be triggered),
"directive".
A file without any instruction and a word that cannot be expanded have none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from deployflow_gate.regex import regex
from deployflow_gate.syntax.dockerfile.expansion import expand
from deployflow_gate.syntax.dockerfile.tree import FlagSyntax, InstructionSyntax, WordSyntax
from deployflow_gate.syntax.dockerfile.words import shown
from deployflow_gate.text import UNKNOWN, Fault, Source, Span

FLAGS: dict[str, frozenset[str]] = {
    "FROM": frozenset({"platform"}),
    "RUN": frozenset({"mount", "network", "security", "device"}),
    "COPY": frozenset({"from", "chown", "chmod", "link", "parents", "exclude"}),
    "ADD": frozenset({"chown", "chmod", "link", "keep-git-dir", "checksum", "exclude", "unpack"}),
    "HEALTHCHECK": frozenset({"interval", "timeout", "start-period", "start-interval", "retries"}),
}
"""Keyword → the flags it has; every other keyword has none."""
KEYWORDS = frozenset(
    {
        "ADD",
        "ARG",
        "CMD",
        "COPY",
        "ENTRYPOINT",
        "ENV",
        "EXPOSE",
        "FROM",
        "HEALTHCHECK",
        "LABEL",
        "MAINTAINER",
        "ONBUILD",
        "RUN",
        "SHELL",
        "STOPSIGNAL",
        "USER",
        "VOLUME",
        "WORKDIR",
    }
)
_SWITCHES = frozenset({"link", "parents", "keep-git-dir", "unpack"})
_REPEATABLE = frozenset({"mount", "exclude", "device"})
_DURATIONS = frozenset({"interval", "timeout", "start-period", "start-interval"})
_DURATION = regex(r"[+-]?(?:0|(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:ns|us|µs|μs|ms|s|m|h))+)")
STAGE_NAME = regex(r"[a-z][a-z0-9\-_.]*")
_CHOICES = {"network": ("default", "none", "host"), "security": ("sandbox", "insecure")}
_EXACTLY_ONE = frozenset({"USER", "WORKDIR", "STOPSIGNAL", "MAINTAINER"})
_AT_LEAST_ONE = frozenset({"ENV", "LABEL", "ARG", "EXPOSE", "VOLUME", "ONBUILD", "HEALTHCHECK"})
_EXPANDED = frozenset(
    {"ADD", "ARG", "COPY", "ENV", "EXPOSE", "FROM", "LABEL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"}
)
_MODE = re.compile(r"0*[0-7]{1,4}")
_SHARING = ("shared", "private", "locked")
_MOUNT_SWITCHES = frozenset({"readonly", "ro", "readwrite", "rw", "required"})
_MOUNT_TYPES = frozenset({"bind", "cache", "tmpfs", "secret", "ssh"})
_MOUNT_KEYS = frozenset(
    {
        "type",
        "from",
        "source",
        "src",
        "target",
        "dst",
        "destination",
        "readonly",
        "ro",
        "readwrite",
        "rw",
        "id",
        "sharing",
        "size",
        "mode",
        "uid",
        "gid",
        "required",
        "env",
    }
)


def check_file(source: Source, instructions: Sequence[InstructionSyntax], faults: list[Fault]) -> None:
    """The order of the file: there is something, and a FROM before everything but ARG."""
    if not instructions:
        faults.append(Fault(Span(source, 0, 0), "The Dockerfile has no instructions."))
    for instruction in instructions:
        if instruction.name == "FROM":
            return
        if instruction.name != "ARG":
            faults.append(Fault(instruction.keyword, f"The {instruction.name} stands before any FROM.", "order"))
            return
    if instructions:
        faults.append(Fault(instructions[-1].keyword, "The Dockerfile has no FROM.", "order"))


def check_instruction(instruction: InstructionSyntax, faults: list[Fault]) -> None:
    """The instruction by itself. What cannot be known before the build is no fault."""
    name = instruction.name
    if name not in KEYWORDS:
        message = (
            f"{shown(instruction.keyword_text)} is no Dockerfile instruction." if name else "The line says nothing."
        )
        faults.append(Fault(instruction.keyword, message, "keyword" if name else ""))
        return
    _check_flags(instruction, faults)
    if message := _arguments(instruction):
        faults.append(Fault(instruction.keyword, message, "arguments"))
    elif (
        name == "FROM" and len(instruction.values) == 3 and not STAGE_NAME.fullmatch(instruction.values[2].raw.lower())
    ):
        message = f"The stage name {shown(instruction.values[2].raw)} has characters that no stage name may have."
        faults.append(Fault(instruction.keyword, message, "stage-name"))
    for word, what, kind in _words(instruction):
        faults.append(Fault(word.span, what, kind))
    inner = instruction.inner
    if inner is None:
        return
    if inner.name in {"ONBUILD", "FROM", "MAINTAINER"}:
        faults.append(Fault(inner.keyword, f"ONBUILD takes no {inner.name}.", "onbuild"))
    else:
        check_instruction(inner, faults)


def _arguments(instruction: InstructionSyntax) -> str:
    name, count = instruction.name, len(instruction.values)
    if name in _EXACTLY_ONE and count != 1:
        return f"The {name} needs an argument."
    if name in _AT_LEAST_ONE and not instruction.body.text:
        return f"The {name} needs an argument."
    if name == "VOLUME" and not count:
        return "The VOLUME needs an argument."
    if name in {"COPY", "ADD"} and count < 2:
        return f"The {name} needs a source and a destination."
    if name == "SHELL" and not (instruction.json and count):
        return "The SHELL needs a JSON array of strings."
    if name == "FROM":
        return _from(instruction.values)
    if name == "HEALTHCHECK":
        return _healthcheck(instruction.values)
    return ""


def _from(values: Sequence[WordSyntax]) -> str:
    if len(values) == 1:
        return ""
    if len(values) != 3 or values[1].raw.lower() != "as":
        return "The FROM has neither the form `FROM image` nor `FROM image AS name`."
    return ""


def _healthcheck(values: Sequence[WordSyntax]) -> str:
    kind = values[0].raw.upper() if values else "CMD"
    if kind == "NONE":
        return "HEALTHCHECK NONE takes no arguments." if len(values) > 1 else ""
    if kind != "CMD":
        return f"The HEALTHCHECK is neither CMD nor NONE but {shown(values[0].raw)}."
    return "The HEALTHCHECK CMD has no command." if len(values) == 1 else ""


def _words(instruction: InstructionSyntax) -> Iterator[tuple[WordSyntax, str, str]]:
    name = instruction.name
    if name == "VOLUME":
        yield from ((w, "The VOLUME has an empty path.", "arguments") for w in instruction.values if not w.value)
    for pair in instruction.pairs:
        if not pair.name.raw:
            yield pair.name, f"The {name} has a value without a name.", "arguments"
    if name not in _EXPANDED or instruction.json:
        return
    heredocs = [h.span for h in instruction.heredocs]
    for word in instruction.values[:1] if name == "FROM" else instruction.values:
        if any(h.start <= word.span.start < h.end for h in heredocs):
            continue
        if error := expand(word.raw, lambda _: UNKNOWN, instruction.escape).error:
            yield word, f"The word {shown(word.raw)} cannot be expanded: {error}.", ""


def _check_flags(instruction: InstructionSyntax, faults: list[Fault]) -> None:
    known = FLAGS.get(instruction.name, frozenset())
    seen: set[str] = set()
    for flag in instruction.flags:
        name = flag.name
        if name not in known:
            faults.append(Fault(flag.span, f"The {instruction.name} takes no flag {shown('--' + name)}.", "flag"))
            continue
        if name in seen and name not in _REPEATABLE:
            faults.append(Fault(flag.span, f"The flag {shown('--' + name)} is given twice.", "flag-value"))
        seen.add(name)
        if message := _flag(flag):
            faults.append(Fault(flag.span, message, "flag-value"))


def _flag(flag: FlagSyntax) -> str:
    name, value = flag.name, flag.value
    if name in _SWITCHES:
        if value is not None and value.value.lower() not in {"true", "false"}:
            return f"The flag {shown('--' + name)} is neither true nor false."
        return ""
    if value is None:
        return f"The flag {shown('--' + name)} has no value."
    text = value.value
    if name in _DURATIONS and text and not _DURATION.fullmatch(text):
        return f"The flag {shown('--' + name)} has no duration such as `30s` but {shown(text)}."
    if name == "retries" and text and not re.fullmatch(r"[+]?[0-9]+", text):
        return f"The flag `--retries` has no number but {shown(text)}."
    if "$" in text:
        return ""
    if name in _CHOICES and text and text not in _CHOICES[name]:
        return f"The flag {shown('--' + name)} is none of {', '.join(_CHOICES[name])} but {shown(text)}."
    if name == "chmod" and text.isascii() and text.isdigit() and not _MODE.fullmatch(text):
        return f"The flag `--chmod` has no octal mode of at most `7777` but {shown(text)}."
    if name == "chown" and text.count(":") > 1:
        return f"The flag `--chown` has no user and group but {shown(text)}."
    return _mount(text) if name == "mount" else ""


def _mount(text: str) -> str:
    if '"' in text:
        return ""
    kind, sharing = "bind", ""
    for field in text.split(","):
        key, equals, value = field.partition("=")
        key = key.lower()
        if key not in _MOUNT_KEYS:
            return f"The mount has no option {shown(key)}."
        if not equals and key not in _MOUNT_SWITCHES:
            return f"The option {shown(key)} of the mount has no value."
        if key == "type":
            kind = value.lower()
            if kind not in _MOUNT_TYPES:
                return f"There is no mount type {shown(value)}."
        elif key == "sharing":
            sharing = value.lower()
            if sharing not in _SHARING:
                return f"The option `sharing` of the mount is none of {', '.join(_SHARING)} but {shown(value)}."
    return f"A mount of type `{kind}` has no option `sharing`." if sharing and kind != "cache" else ""
