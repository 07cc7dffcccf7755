"""`docker build` and its kin on a command line: flags, operands, and the folder that the command runs in."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from deployflow_gate.record import dataclass, field
from deployflow_gate.syntax.shell import Word
from deployflow_gate.text import Span, Text

BUILDERS = frozenset({"docker", "podman", "buildah", "nerdctl", "finch", "depot"})


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_GLOBAL_VALUES = _words(
    "-c -H -l --config --context --host --log-level --tlscacert --tlscert --tlskey --builder --namespace -n --address -a"
    " --connection --url --root --storage-driver --runroot --project"
)

_BUILD_VALUES = _words(
    "-f -t -o -c -m -v -u"
    " --add-host --allow --annotation --arch --attest --authfile --build-arg --build-arg-file --build-context --builder"
    " --cache-from --cache-to --cache-ttl --call --cap-add --cap-drop --cert-dir --cgroup-parent --cgroupns --cpp-flag"
    " --cpu-period --cpu-quota --cpu-shares --cpuset-cpus --cpuset-mems --cpus --creds --decryption-key --device --dns"
    " --dns-option --dns-search --env --file --format --from --group-add --hooks-dir --iidfile --ignorefile --ipc"
    " --isolation --jobs --label --layer-label --logfile --manifest --memory --memory-swap --metadata-file --network"
    " --no-cache-filter --os --os-feature --os-version --output --pid --platform --policy --progress --project"
    " --provenance --retry --retry-delay --runtime --runtime-flag --sbom --secret --security-opt --set --shm-size"
    " --sign-by --ssh --tag --target --timestamp --ulimit --unsetenv --userns --uts --variant --volume"
)
"""Flags of docker, buildx, podman and buildah whose value may be the next word.
https://docs.docker.com/reference/cli/docker/buildx/build/ and podman-build(1)"""

COMPOSE_VALUES = _words(
    "-f -p --ansi --env-file --file --parallel --profile --progress --project-directory --project-name"
)

BAKE_VALUES = _words("-f --file --allow --builder --call --list --metadata-file --progress --provenance --sbom --set")

KANIKO_VALUES = _words(
    "-c -d -f --build-arg --cache-dir --cache-repo --context --context-sub-path --customPlatform --destination"
    " --digest-file --dockerfile --git --label --registry-mirror --registry-map --target --tar-path --tarPath"
    " --snapshot-mode --verbosity -v"
)


@dataclass(frozen=True, slots=True)
class Arguments:
    """A command line taken apart. `flags` are (name, value) in order, the value None for a flag without one."""

    flags: tuple[tuple[str, Text | None], ...] = ()
    operands: tuple[Word, ...] = ()
    loose: bool = False
    """True where a word of unknown value may hold flags of its own (`docker build $ARGS .`)."""

    def values(self, *names: str) -> tuple[Text, ...]:
        return tuple(value for name, value in self.flags if name in names and value is not None)

    def last(self, *names: str) -> Text | None:
        values = self.values(*names)
        return values[-1] if values else None

    def has(self, name: str) -> bool:
        """Whether a flag without a value is set."""
        return any(flag == name and (value is None or value.sketch != "false") for flag, value in self.flags)


def text_of(word: Word, skip: int = 0) -> Text:
    """A word, or what follows its first characters, as a text spelled as in the file."""
    written = word.span.text
    if skip and written[:skip] == word.sketch[:skip]:
        return Text(Span(word.span.source, word.span.start + skip, word.span.end), written[skip:], word.sketch[skip:])
    return Text(word.span, written, word.sketch[skip:])


def take_apart(words: Sequence[Word], with_value: frozenset[str], *, shorts: bool = True) -> Arguments:
    """Flags and operands. A flag that is not in `with_value` takes a value only behind `=`."""
    flags: list[tuple[str, Text | None]] = []
    operands: list[Word] = []
    at = 0
    while at < len(words):
        word = words[at]
        sketch = word.sketch
        at += 1
        if sketch == "--":
            operands += words[at:]
            break
        if not sketch.startswith("-") or sketch == "-":
            operands.append(word)
            continue
        name, equals, _ = sketch.partition("=")
        if equals and sketch.startswith("--"):
            flags.append((name, text_of(word, len(name) + 1)))
        elif sketch in with_value:
            flags.append((sketch, text_of(words[at]) if at < len(words) else None))
            at += 1
        elif shorts and not sketch.startswith("--") and sketch[:2] in with_value and len(sketch) > 2:
            skip = 3 if sketch[2] == "=" else 2
            flags.append((sketch[:2], text_of(word, skip)))
        else:
            flags.append((sketch, None))
    solid = tuple(word for word in operands if word.sketch.strip("\x00"))
    unknown = len(operands) - len(solid)
    if not unknown or (unknown == 1 and not solid):
        return Arguments(tuple(flags), tuple(operands), loose=False)
    return Arguments(tuple(flags), solid, loose=True)


@dataclass(frozen=True)
class Tool:
    """A command of a container tool: its `verbs` ("buildx", "build") and the words behind them."""

    name: str
    words: tuple[Word, ...] = field(repr=False)

    @cached_property
    def _split(self) -> tuple[tuple[str, ...], tuple[Word, ...]]:
        verbs: list[str] = []
        rest = self._behind_flags(self.words)
        while rest and len(verbs) < 2:
            verbs.append(rest[0].sketch)
            rest = rest[1:]
            if verbs[-1] not in ("buildx", "image", "builder"):
                break
            rest = self._behind_flags(rest)
        return tuple(verbs), rest

    @staticmethod
    def _behind_flags(words: tuple[Word, ...]) -> tuple[Word, ...]:
        at = 0
        while at < len(words) and words[at].sketch.startswith("-"):
            at += 2 if words[at].sketch in _GLOBAL_VALUES else 1
        return words[at:]

    @property
    def verbs(self) -> tuple[str, ...]:
        return self._split[0]

    @property
    def rest(self) -> tuple[Word, ...]:
        return self._split[1]

    @property
    def builds(self) -> bool:
        verbs = self.verbs
        if self.name == "buildah":
            return verbs[:1] in (("bud",), ("build",), ("build-using-dockerfile",))
        return verbs in (("build",), ("buildx", "build"), ("buildx", "b"), ("image", "build"), ("builder", "build"))

    @property
    def bakes(self) -> bool:
        return self.verbs in (("buildx", "bake"), ("buildx", "f"), ("bake",))

    @property
    def pushes(self) -> bool:
        return self.verbs in (("push",), ("image", "push"))

    @property
    def tags(self) -> bool:
        return self.verbs in (("tag",), ("image", "tag"))

    @property
    def composes(self) -> bool:
        return self.verbs[:1] == ("compose",)

    def arguments(self, with_value: frozenset[str] = _BUILD_VALUES) -> Arguments:
        return take_apart(self.rest, with_value)
