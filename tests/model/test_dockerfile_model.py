"""What the instructions and stages of a Dockerfile mean."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from deployflow_gate.model.dockerfile import Dockerfile
from deployflow_gate.model.instruction import (
    Add,
    Arg,
    Cmd,
    Copy,
    Entrypoint,
    Env,
    Expose,
    From,
    Healthcheck,
    Label,
    Onbuild,
    Run,
    Transfer,
    Unknown,
    User,
    Volume,
    Workdir,
)
from deployflow_gate.model.node import walk
from deployflow_gate.model.project import Project
from deployflow_gate.model.scope import MAX_LINEAGE
from deployflow_gate.model.stage import Stage
from deployflow_gate.text import UNKNOWN, Source


def dockerfile(text: str) -> Dockerfile:
    return Dockerfile(Source("Dockerfile", text), cast(Project, SimpleNamespace()))


def final(text: str) -> Stage:
    stage = dockerfile(text).final
    assert stage is not None
    return stage


class TestStages:
    def test_a_file_is_its_global_args_and_its_stages(self) -> None:
        file = dockerfile("ARG a\nARG b\nFROM x AS One\nRUN r\nFROM one\nUSER u\nFROM y AS last\n")
        assert [a.variables[0].name.value for a in file.global_args] == ["a", "b"]
        assert [[i.keyword for i in s.instructions] for s in file.stages] == [["RUN"], ["USER"], []]
        assert [s.name.value if s.name else None for s in file.stages] == ["One", None, "last"]
        assert [s.index for s in file.stages] == [0, 1, 2]
        assert [s.span.text for s in file.stages] == ["FROM x AS One\nRUN r", "FROM one\nUSER u", "FROM y AS last"]
        assert file.stage("ONE") is file.stages[0]
        assert file.stage("1") is file.stages[1]
        assert file.stage("3") is file.stage("nope") is None
        assert file.final is file.stages[2]
        assert file.statements == tuple(i.span for i in file.instructions)

    def test_every_node_has_one_parent(self) -> None:
        file = dockerfile("ARG a\nFROM x AS b\nENV c=1 d=2\nONBUILD COPY e f\nFROM b\nARG g\nLABEL h=i\n")
        nodes = [n for n in walk(file) if type(n).__module__.startswith("deployflow_gate.model.in")]
        assert len(nodes) == len({id(n) for n in nodes})
        assert [type(n) for n in nodes] == [Arg, From, Env, Onbuild, Copy, From, Arg, Label]

    def test_lineage(self) -> None:
        file = dockerfile("FROM ext:1 AS a\nRUN 1\nFROM a AS b\nRUN 2\nFROM b\nRUN 3\n")
        a, b, c = file.stages
        assert c.lineage == (c, b, a)
        assert c.base_stage is b
        assert a.base_stage is None
        assert [i.syntax.body.text for i in c.history] == ["1", "2", "3"]
        assert c.base is not None
        assert c.base.text.value == "ext:1"
        assert not c.from_scratch

    def test_a_name_means_the_nearest_earlier_stage(self) -> None:
        file = dockerfile("FROM a AS a\nFROM A AS a\nFROM a\nFROM later\nFROM x AS later\n")
        assert [s.base_stage.index if s.base_stage else None for s in file.stages] == [None, 0, 1, None, None]

    def test_scratch(self) -> None:
        stage = final("FROM scratch AS a\nFROM a\n")
        assert stage.from_scratch
        assert stage.base is None

    def test_a_base_that_is_not_known(self) -> None:
        stage = final("ARG BASE\nFROM $BASE\n")
        assert stage.base_stage is None
        assert not stage.from_scratch
        assert stage.base is not None
        assert stage.base.text.value is None

    def test_stages_that_it_copies_from(self) -> None:
        file = dockerfile(
            "FROM a AS x\nFROM b AS y\nFROM c AS z\nCOPY --from=Y 1 2\nCOPY --from=0 1 2\nCOPY --from=2 1 2\n"
            "COPY --from=y 1 2\nCOPY --from=img 1 2\nRUN --mount=from=x,target=/m true\n"
        )
        x, y, z = file.stages
        assert z.copies_from == (y, x)
        assert [c.from_stage for c in z.of(Copy)] == [y, x, None, y, None]
        refs = [c.ref for c in z.of(Copy)]
        assert [r.is_stage for r in refs if r] == [True, True, False, True, False]

    def test_a_file_without_a_from_is_one_stage(self) -> None:
        file = dockerfile("ARG a\nRUN x\nARG b\nUSER u\n")
        (stage,) = file.stages
        assert stage.from_ is None
        assert [i.keyword for i in stage.instructions] == ["RUN", "ARG", "USER"]
        assert len(file.global_args) == 1
        assert stage.base is None
        assert stage.user is not None
        assert not file.loose

    def test_what_stands_before_the_first_from(self) -> None:
        file = dockerfile("RUN x\nARG a=1\nFROM b:$a\n")
        assert [i.keyword for i in file.loose] == ["RUN"]
        assert len(file.global_args) == len(file.stages) == 1
        assert [type(n) for n in file.children()] == [Run, Arg, Stage]

    def test_no_instructions_no_stages(self) -> None:
        assert dockerfile("# nothing\n").final is None
        assert dockerfile("ARG a\n").stages == ()

    def test_stages_on_each_other_without_end(self) -> None:
        count = 450
        text = "FROM x AS s0\nENV v0=1\n" + "".join(
            f"FROM s{n} AS s{n + 1}\nENV v{n + 1}=$v{n}\n" for n in range(count)
        )
        stage = final(text)
        assert len(stage.lineage) == MAX_LINEAGE
        assert stage.base is None
        assert stage.environment[f"v{count}"].value == "1"


class TestRunning:
    @pytest.mark.parametrize(
        ("text", "command"),
        [
            ("FROM a\nCMD 1\nCMD 2\n", "2"),
            ("FROM a\nCMD 1\nENTRYPOINT x\n", "1"),
            ("FROM a AS b\nCMD 1\nFROM b\n", "1"),
            ("FROM a AS b\nCMD 1\nFROM b\nENTRYPOINT x\n", None),
            ("FROM a AS b\nCMD 1\nFROM b\nENTRYPOINT x\nCMD 2\n", "2"),
            ("FROM a AS b\nCMD 1\nENTRYPOINT x\nFROM b\n", "1"),
        ],
    )
    def test_an_entrypoint_drops_the_command_below_it(self, text: str, command: str | None) -> None:
        found = final(text).command
        assert (found.syntax.body.text if found else None) == command

    def test_the_last_one_counts(self) -> None:
        stage = final(
            "FROM a AS b\nUSER 1\nENTRYPOINT 1\nHEALTHCHECK CMD x\nEXPOSE 1\nFROM b\nEXPOSE 2\nHEALTHCHECK NONE\n"
        )
        assert stage.user is not None
        assert stage.user.user.value == "1"
        assert stage.entrypoint is not None
        assert stage.healthcheck is not None
        assert stage.healthcheck.disabled
        assert [p.number for e in stage.exposes for p in e.ports] == [1, 2]

    @pytest.mark.parametrize(
        ("text", "path"),
        [
            ("FROM a\n", None),
            ("FROM scratch\n", "/"),
            ("FROM a\nWORKDIR app\n", None),
            ("FROM scratch\nWORKDIR app\n", "/app"),
            ("FROM a\nWORKDIR /app/\nWORKDIR ../b\nWORKDIR c\n", "/b/c"),
            ("FROM a AS b\nWORKDIR /app\nFROM b\nWORKDIR c\n", "/app/c"),
            ("FROM a\nENV D=/x\nWORKDIR $D/y\n", "/x/y"),
            ("FROM a\nWORKDIR /a\nWORKDIR $D\n", None),
            ("FROM a\nWORKDIR $D\nWORKDIR /a\n", "/a"),
            ("FROM a\nWORKDIR c:\\\\app\n", "c:\\app"),
        ],
    )
    def test_workdir(self, text: str, path: str | None) -> None:
        assert final(text).workdir == path

    def test_environment(self) -> None:
        stage = final("FROM a AS b\nENV x=1 y=2\nFROM b\nENV y=3 $q=4\nENV z $x$y$n\n")
        assert {name: text.sketch for name, text in stage.environment.items()} == {
            "x": "1",
            "y": "3",
            "z": f"13{UNKNOWN}",
        }

    @pytest.mark.parametrize(
        ("text", "shell", "dialect"),
        [
            ("FROM a\nRUN x\n", ("/bin/sh", "-c"), "sh"),
            (
                'FROM a\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\nRUN x\n',
                ("/bin/bash", "-o", "pipefail", "-c"),
                "bash",
            ),
            ('FROM a AS b\nSHELL ["bash", "-c"]\nFROM b\nRUN x\n', ("bash", "-c"), "bash"),
            ('FROM a\nRUN x\nSHELL ["bash", "-c"]\n', ("/bin/sh", "-c"), "sh"),
            ('FROM a\nSHELL ["powershell.exe", "-Command"]\nRUN x\n', ("powershell.exe", "-Command"), "powershell"),
            ('FROM a\nSHELL ["python", "-c"]\nRUN x\n', ("python", "-c"), "other"),
            ("FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN x\n", ("cmd", "/S", "/C"), "cmd"),
            ("# escape=`\nFROM a\nRUN x\n", ("cmd", "/S", "/C"), "cmd"),
            ("FROM --platform=windows/amd64 a\nRUN x\n", ("cmd", "/S", "/C"), "cmd"),
        ],
    )
    def test_the_shell_in_force(self, text: str, shell: tuple[str, ...], dialect: str) -> None:
        (run,) = final(text).of(Run)
        assert run.shell == shell
        assert run.dialect == dialect

    @pytest.mark.parametrize(
        ("text", "given", "dialect"),
        [
            ("RUN a \\\n # b\n && c\n", "a  && c", "sh"),
            ("RUN <<EOF\na\n b\nEOF\n", "a\n b\n", "sh"),
            ("RUN --mount=type=ssh <<-EOF\n\ta\n\tEOF\n", "a\n", "sh"),
            ("RUN <<EOF\n#!/usr/bin/env -S python3\na\nEOF\n", "#!/usr/bin/env -S python3\na\n", "other"),
            ("RUN <<EOF\n#!/bin/bash -e\na\nEOF\n", "#!/bin/bash -e\na\n", "bash"),
            ("RUN python3 <<EOF\na\nEOF\n", "python3 <<EOF\na\nEOF", "sh"),
            ("RUN cat <<A <<-B\n1\nA\n\t2\n\tB\n", "cat <<A <<-B\n1\nA\n2\nB", "sh"),
        ],
    )
    def test_what_the_shell_gets(self, text: str, given: str, dialect: str) -> None:
        (run,) = final("FROM x\n" + text).of(Run)
        assert run.shell_text is not None
        assert run.shell_text.text == given
        assert run.dialect == dialect
        source = run.span.source.text
        for offset, char in enumerate(given):
            assert source[run.shell_text.origin(offset)] == char


class TestInstructions:
    def test_from(self) -> None:
        from_ = final("ARG V=3\nFROM --platform=$BUILDPLATFORM py:${V}-slim as App\n").from_
        assert from_ is not None
        assert (from_.image.value, from_.image.raw, from_.image.span.text) == (
            "py:3-slim",
            "py:${V}-slim",
            "py:${V}-slim",
        )
        assert from_.alias is not None
        assert from_.alias.value == "App"
        assert from_.platform is not None
        assert from_.platform.value is None

    def test_copy_and_add(self) -> None:
        copy, add = final('FROM a\nENV d=/x\nCOPY --chown=u:g --chmod=755 b \'c\' $d/\nADD ["e", "f g/"]\n').of(
            Transfer
        )
        assert isinstance(copy, Copy)
        assert [(s.value, s.raw) for s in copy.sources] == [("b", "b"), ("c", "'c'")]
        assert copy.destination is not None
        assert copy.destination.value == "/x/"
        assert copy.chown is not None
        assert copy.chown.value == "u:g"
        assert copy.chmod is not None
        assert copy.chmod.value == "755"
        assert isinstance(add, Add)
        assert add.json
        assert [s.value for s in add.sources] == ["e"]
        assert add.from_ is None

    def test_a_heredoc_is_no_source(self) -> None:
        (copy,) = final("FROM a\nCOPY x <<y /z/\n1\ny\n").of(Copy)
        assert [s.value for s in copy.sources] == ["x"]
        assert [h.name for h in copy.heredocs] == ["y"]

    @pytest.mark.parametrize(
        ("argument", "user", "group"),
        [
            ("app", "app", None),
            ("1000:1001", "1000", "1001"),
            ('"app:staff"', "app", "staff"),
            ("${U:-app}:g", UNKNOWN, "g"),
            ("$both", "u", "g"),
            ("app:$g", "app", UNKNOWN),
        ],
    )
    def test_user(self, argument: str, user: str, group: str | None) -> None:
        (found,) = final(f"FROM a\nENV both=u:g\nUSER {argument}\n").of(User)
        assert found.user.sketch == user
        assert (found.group.sketch if found.group else None) == group

    def test_expose(self) -> None:
        (expose,) = final('FROM a\nENV P="80 81/udp"\nEXPOSE 443/TCP 8000-8002 $P $Q\n').of(Expose)
        assert [(p.text.sketch, p.number, p.protocol) for p in expose.ports] == [
            ("443/TCP", 443, "tcp"),
            ("8000-8002", None, "tcp"),
            ("80", 80, "tcp"),
            ("81/udp", 81, "udp"),
            (UNKNOWN, None, "tcp"),
        ]
        assert list(expose.ports[1].numbers) == [8000, 8001, 8002]

    def test_healthcheck(self) -> None:
        (check,) = final("FROM a\nHEALTHCHECK --interval=5s --retries=3 CMD curl x || exit 1\n").of(Healthcheck)
        assert not check.disabled
        assert check.interval is not None
        assert check.interval.value == "5s"
        assert check.retries is not None
        assert check.timeout is None
        assert check.shell_text is not None
        assert check.shell_text.text == "curl x || exit 1"

    def test_mounts(self) -> None:
        text = (
            "FROM a AS b\nFROM c\nRUN --mount=type=cache,id=x,dst=/r --mount=source=s,target=$t,from=b,ro \\\n  make\n"
        )
        (run,) = final(text).of(Run)
        cache, bind = run.mounts
        assert (cache.type, cache.span.text) == ("cache", "--mount=type=cache,id=x,dst=/r")
        assert cache.target is not None
        assert (cache.target.value, cache.target.span.text) == ("/r", "/r")
        assert cache.id is not None
        assert bind.type == "bind"
        assert bind.target is not None
        assert bind.target.value is None
        assert bind.switch("readonly")
        assert bind.from_stage is not None
        assert bind.from_stage.index == 0
        assert bind.ref is not None
        assert list(run.children())[:2] == [cache, bind]

    def test_labels_volumes_and_unknown(self) -> None:
        stage = final('FROM a\nENV v=1\nLABEL a=$v \'b c\'="d"\nVOLUME ["/x", "$v"]\nWRONG x y\n')
        (label,) = stage.of(Label)
        assert [(n.value, v.value if v else None) for n, v in label.pairs] == [("a", "1"), ("b c", "d")]
        (volume,) = stage.of(Volume)
        assert [p.value for p in volume.paths] == ["/x", "1"]
        (unknown,) = stage.of(Unknown)
        assert unknown.keyword == "WRONG"

    def test_an_exec_form_expands_nothing(self) -> None:
        stage = final('FROM a\nENV x=1\nCMD ["$x", "b c"]\nENTRYPOINT echo $x $(y) "z w" \'$x\'\n')
        (command,) = stage.of(Cmd)
        assert [w.value for w in command.words] == [w.value for w in command.exec_words] == ["$x", "b c"]
        (entrypoint,) = stage.of(Entrypoint)
        assert [w.value for w in entrypoint.words] == ["echo", "1", None, "z w", "$x"]

    def test_onbuild_knows_nothing_of_its_stage(self) -> None:
        (onbuild,) = final("FROM a\nENV x=1\nONBUILD WORKDIR $x\n").of(Onbuild)
        inner = onbuild.inner
        assert isinstance(inner, Workdir)
        assert inner.onbuild
        assert inner.path.value is None
        assert list(onbuild.children()) == [inner]
