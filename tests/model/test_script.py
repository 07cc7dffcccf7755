from __future__ import annotations

import pytest

from deployflow_gate.model.node import Node
from deployflow_gate.model.script import Command, Script, spelled
from deployflow_gate.text import UNKNOWN, Mapped, Source, Span, Text


def script(text: str, **variables: str) -> Script:
    return Script.shell(None, Mapped.whole(Source("Dockerfile", text).whole), "sh", variables)


def only(text: str, **variables: str) -> Command:
    (command,) = script(text, **variables).commands
    return command


def values(command: Command) -> list[str]:
    return [word.sketch for word in command.words]


def exec_form(written: str, *items: str) -> Script:
    """An exec form whose items are found, as JSON spells them, in the order given."""
    source = Source("Dockerfile", written)
    words = []
    at = 0
    for item in items:
        start = written.index('"', at)
        end = start + 1
        while written[end] != '"' or written[end - 1] == "\\":
            end += 1
        at = end + 1
        words.append(Text(Span(source, start, at), written[start:at], item))
    return Script.exec(None, words)


@pytest.mark.parametrize(
    ("text", "wrappers", "words"),
    [
        ("apt-get update", (), ["apt-get", "update"]),
        ("sudo apt-get update", ("sudo",), ["apt-get", "update"]),
        ("sudo -E -u app env -i A=b x y", ("sudo", "env"), ["x", "y"]),
        ("sudo A=1 x", ("sudo",), ["x"]),
        ("sudo -nEu app x", ("sudo",), ["x"]),
        ("sudo -- x -y", ("sudo",), ["x", "-y"]),
        ("env", (), ["env"]),
        ("env A=b", (), ["env", "A=b"]),
        ("exec -a n gunicorn -b :80", ("exec",), ["gunicorn", "-b", ":80"]),
        ("exec 3>&1", (), ["exec"]),
        ("command -v x", (), ["command", "-v", "x"]),
        ("command x", ("command",), ["x"]),
        ("time -p nice -n 5 nohup x", ("time", "nice", "nohup"), ["x"]),
        ("timeout -k 5 10s x y", ("timeout",), ["x", "y"]),
        ("xargs -0 -n 1 rm -f", ("xargs",), ["rm", "-f"]),
        ("/sbin/tini -s -- node server.js", ("tini",), ["node", "server.js"]),
        ("dumb-init node server.js", ("dumb-init",), ["node", "server.js"]),
        ("catatonit -- x", ("catatonit",), ["x"]),
        ("gosu app:app x y", ("gosu",), ["x", "y"]),
        ("exec su-exec app x", ("exec", "su-exec"), ["x"]),
        ("poetry run gunicorn x", ("poetry run",), ["gunicorn", "x"]),
        ("uv run --no-dev -- uvicorn a:b", ("uv run",), ["uvicorn", "a:b"]),
        ("uv sync", (), ["uv", "sync"]),
        ("uv run -m x", (), ["uv", "run", "-m", "x"]),
        ("bundle exec puma", ("bundle exec",), ["puma"]),
        ("conda run -n env python x.py", ("conda run",), ["python", "x.py"]),
        ("runuser -u app -- x", ("runuser",), ["x"]),
        ("busybox sh x", ("busybox",), ["sh", "x"]),
    ],
)
def test_wrappers_come_off(text: str, wrappers: tuple[str, ...], words: list[str]) -> None:
    command = only(text)
    assert (command.wrappers, values(command)) == (wrappers, words)


def test_endless_wrappers() -> None:
    assert len(only("sudo " * 500 + "x").wrappers) == 12


@pytest.mark.parametrize(
    ("text", "user"),
    [
        ("sudo -u app x", "app"),
        ("sudo --user=app x", "app"),
        ("gosu app x", "app"),
        ("setpriv --reuid=app x", "app"),
        ("x", None),
    ],
)
def test_the_user_that_a_wrapper_becomes(text: str, user: str | None) -> None:
    command = only(text)
    assert (command.run_as.value if command.run_as else None) == user


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("/usr/bin/curl", "curl"),
        ("./run.sh", "run.sh"),
        ("curl.exe", "curl"),
        ("'apt-get'", "apt-get"),
        ("$VENV/bin/pip", "pip"),
        ("$TOOL", None),
        ("pip$V", None),
    ],
)
def test_the_name(word: str, name: str | None) -> None:
    assert only(f"{word} x").name == name


def test_a_span_goes_from_wrapper_or_assignment_to_the_last_word() -> None:
    assert only("A=1 sudo x y >f").span.text == "A=1 sudo x y"
    assert only("A=1 sudo x y >f").name_span.text == "x"


@pytest.mark.parametrize(
    ("text", "flags", "found"),
    [
        ("apt-get -yqq install x", ("-y", "--yes"), True),
        ("apt-get install -y x", ("-y",), True),
        ("apt-get install --assume-yes x", ("-y", "--yes", "--assume-yes"), True),
        ("apt-get install -oDpkg::y x", ("-y",), False),
        ("apt-get install -o y x", ("-y",), False),
        ("apt-get install -- -y", ("-y",), False),
        ("apt-get -qq install x", ("-qq",), True),
        ("x --flag=true", ("--flag",), True),
        ("x --flag=false", ("--flag",), False),
        ("x -mod=vendor", ("-mod",), True),
        ("x -rf y", ("-f",), True),
        ("x y", ("-y",), False),
        ("python server.py -u", ("-u",), True),
    ],
)
def test_flags(text: str, flags: tuple[str, ...], found: bool) -> None:
    assert only(text).has_flag(*flags) is found


@pytest.mark.parametrize(
    ("text", "names", "value", "spelled_as"),
    [
        ("x --mount a b", ("--mount", "-m"), "a", "a"),
        ("x --mount=a b", ("--mount", "-m"), "a", "a"),
        ("x '--mount=a b'", ("--mount",), "a b", "'--mount=a b'"),
        ("gunicorn -b:8000 x", ("-b", "--bind"), ":8000", ":8000"),
        ("gunicorn -b :8000 x", ("-b", "--bind"), ":8000", ":8000"),
        ('gunicorn --bind="0.0.0.0:$P" x', ("-b", "--bind"), "0.0.0.0:80", '"0.0.0.0:$P"'),
        ("tar -xzf a.tgz", ("-f",), "a.tgz", "a.tgz"),
        ("x -b 1 -b 2", ("-b",), "2", "2"),
        ("x -b", ("-b",), None, None),
        ("x y", ("-b",), None, None),
    ],
)
def test_options(text: str, names: tuple[str, ...], value: str | None, spelled_as: str | None) -> None:
    word = only(text, P="80").option(*names)
    assert (word.sketch if word else None) == value
    assert (word.span.text if word else None) == spelled_as


@pytest.mark.parametrize(
    ("text", "operands"),
    [
        ("apt-get -o a=b install -t rel x y", ["install", "x", "y"]),
        ("curl -fsSL -o f https://x", ["https://x"]),
        ("curl -ofile https://x", ["https://x"]),
        ("rm -rf -- -x y", ["-x", "y"]),
        ("python -m uvicorn app:app --port 80", ["app:app"]),
        ("python3 -u manage.py runserver 0.0.0.0:8000", ["manage.py", "runserver", "0.0.0.0:8000"]),
        ("node -r dotenv/config server.js", ["server.js"]),
        ("npx --yes next start", ["next", "start"]),
        ("next start -p 3000", ["start"]),
        ("flask --app app run --host 0.0.0.0", ["run"]),
        ("npm run start", ["run", "start"]),
        ("cat -", ["-"]),
    ],
)
def test_operands(text: str, operands: list[str]) -> None:
    assert [word.sketch for word in only(text).operands] == operands


def test_modules_of_python() -> None:
    command = only("python3.11 -m uvicorn app:app --port 80")
    assert (command.name, command.module, command.tool) == ("python3.11", "uvicorn", "uvicorn")
    assert [word.sketch for word in command.own] == ["uvicorn", "app:app", "--port", "80"]
    assert (option := command.option("--port")) is not None
    assert option.value == "80"
    assert only("gunicorn x").own == only("gunicorn x").words or only("gunicorn x").tool == "gunicorn"


def test_a_known_unquoted_variable_is_split_into_words() -> None:
    assert values(only("apt-get install $P", P="a b")) == ["apt-get", "install", "a", "b"]
    assert values(only('apt-get install "$P"', P="a b")) == ["apt-get", "install", "a b"]
    assert values(only("apt-get install $P x", P="")) == ["apt-get", "install", "x"]


def test_uncertain_arguments() -> None:
    assert only("pip install $OPTIONS x").uncertain
    assert not only('pip install "$PACKAGE"').uncertain
    assert not only("pip install x==$VERSION").uncertain


def test_a_shell_is_opened_and_its_commands_know_their_places() -> None:
    found = script("bash -lc 'curl x | sh && \"a b\" $V'")
    assert [command.name for command in found.commands] == ["bash", "curl", "sh", "a b"]
    outer, curl, shell, last = found.commands
    assert outer.inner is not None
    assert curl.wrappers == ("bash",)
    assert curl.within is outer
    assert curl.pipes_into == (shell,)
    assert [word.span.text for word in last.words] == ['"a b"', "$V"]
    assert curl.script is found


def test_a_shell_opened_in_double_quotes() -> None:
    found = script('sudo sh -c "curl \\"x y\\" $V"')
    _, curl = found.commands
    assert values(curl) == ["curl", "x y", UNKNOWN]
    assert curl.words[0].span.text == "curl"
    assert curl.words[2].span.text == "$V"
    assert curl.wrappers == ("sudo", "sh")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("sh -c x", ["sh", "x"]),
        ("bash -euxo pipefail -c 'x; y'", ["bash", "x", "y"]),
        ("sh -e script.sh -c x", ["sh"]),
        ("eval 'x | y'", ["eval", "x", "y"]),
        ("eval x y", ["eval", "x"]),
        ("su - app -c 'pip install x'", ["su", "pip"]),
        ("xargs sh -c 'x $0'", ["sh", "x"]),
        ('sh -c "$UNKNOWN"', ["sh"]),
        ("sh -c \"sh -c 'x'\"", ["sh", "sh", "x"]),
        ("sh -c ''", ["sh"]),
        ("su -c", ["su"]),
        ("eval '' x", ["eval", "x"]),
    ],
)
def test_texts_that_are_run_are_opened(text: str, names: list[str]) -> None:
    assert [command.name for command in script(text).commands] == names


def test_su_tells_the_user() -> None:
    _, pip = script("su - app -c 'pip install x'").commands
    assert pip.run_as is not None
    assert pip.run_as.value == "app"


def test_pipes_reach_over_groups_and_opened_texts() -> None:
    def into(text: str, name: str) -> list[str | None]:
        (command,) = [command for command in script(text).commands if command.name == name]
        return [other.name for other in command.pipes_into]

    assert into("curl x | tee y | sh", "curl") == ["tee"]
    assert into("(curl x; wget y) | sh", "curl") == ["sh"]
    assert into("curl x | (cat; sh)", "curl") == ["cat", "sh"]
    assert into("bash -c 'curl x' | sh", "curl") == ["sh"]
    assert into("echo $(curl x) | sh", "curl") == []
    (sh,) = [command for command in script("(curl x; wget y) | sh").commands if command.name == "sh"]
    assert [other.name for other in sh.piped_from] == ["curl", "wget"]
    assert [other.name for other in sh.pipeline] == ["sh"]


def test_what_a_substitution_stands_in() -> None:
    bash, curl = script("bash <(curl x)").commands
    assert curl.outer is bash
    assert bash.outer is None
    assignment, date = script("A=$(date)").commands
    assert date.outer is assignment


@pytest.mark.parametrize(
    ("text", "path", "removed"),
    [
        ("rm -rf /var/lib/apt/lists/*", "/var/lib/apt/lists", True),
        ("rm -rf /var/lib/apt/lists", "/var/lib/apt/lists", True),
        ("rm -rf /var/lib/apt/lists/", "/var/lib/apt/lists/", True),
        ("rm -rf /tmp/x /var/lib/apt/*", "/var/lib/apt/lists", True),
        ("rm -r /var/lib/{apt,dpkg}/lists/", "/var/lib/apt/lists", True),
        ("sudo rm -rf '/var/lib/apt/lists'/*", "/var/lib/apt/lists", True),
        ("find /var/lib/apt/lists -type f -delete", "/var/lib/apt/lists", True),
        ("find /var/lib/apt/lists -name x -delete", "/var/lib/apt/lists", False),
        ("rm -rf /var/lib/apt/lists/partial", "/var/lib/apt/lists", False),
        ("rm -rf /var/lib/apt/listsx", "/var/lib/apt/lists", False),
        ("rm -rf /", "/var/lib/apt/lists", False),
        ("rm -f /var/lib/apt/lists/*", "/var/lib/apt/lists", False),
        ("rm /var/lib/apt/lists --recursive", "/var/lib/apt/lists", True),
        ("rm -ri /var/lib/apt/lists", "/var/lib/apt/lists", False),
        ("rm -r --interactive /var/lib/apt/lists", "/var/lib/apt/lists", False),
        ("rm -ir --interactive=never /var/lib/apt/lists", "/var/lib/apt/lists", True),
        ("rm -Rif /var/lib/apt/lists", "/var/lib/apt/lists", True),
        ("ls /var/lib/apt/lists", "/var/lib/apt/lists", False),
    ],
)
def test_removal(text: str, path: str, removed: bool) -> None:
    assert only(text).removes(path) is removed


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("A=1 x", "1"),
        ("env A=1 x", "1"),
        ("export A=1; x", "1"),
        ("A=2 x", "2"),
        ("x", "given"),
        ("export A=$(y); x", UNKNOWN),
        ("(export A=1); x", "given"),
        ("export A=1; sh -c x", "1"),
    ],
)
def test_a_variable_as_a_command_sees_it(text: str, value: str) -> None:
    (command,) = [command for command in script(text, A="given").commands if command.name == "x"]
    if text != "(export A=1); x":
        assert command.variable("A") == value
    assert command.variable("B") is None


@pytest.mark.parametrize(
    ("text", "main"),
    [
        ("gunicorn -b :80 app", "gunicorn"),
        ("set -e; migrate && exec gunicorn x", "gunicorn"),
        ('exec "$@"', None),
        ("exec gosu app $@", None),
        ("a; b", "b"),
        ("a || exit 1", "a"),
        ("if a; then exec b; else exec c; fi", None),
        ("a & wait", None),
        ("a & b", "b"),
        ("sh -c 'exec node x'", "node"),
        ("a | b", "a"),
        ("f() { exec a; }; b", "b"),
        ("A=1", None),
        ("", None),
        ("cd /app && node x", "node"),
    ],
)
def test_the_main_command(text: str, main: str | None) -> None:
    command = script(text).main_command
    assert (command.name if command else None) == main


def test_what_runs_unconditionally() -> None:
    found = script("a && b; c || d; if e; then f; fi; { g; }")
    assert {c.name: c.unconditional for c in found.commands} == {
        "a": True, "b": True, "c": True, "d": False, "e": True, "f": False, "g": True,
    }  # fmt: skip


def test_an_exec_form_is_one_command() -> None:
    found = exec_form('CMD ["gunicorn", "--bind=$X", "a b"]', "gunicorn", "--bind=$X", "a b")
    (command,) = found.commands
    assert values(command) == ["gunicorn", "--bind=$X", "a b"]
    assert command.span.text == '"gunicorn", "--bind=$X", "a b"'
    assert (option := command.option("--bind")) is not None
    assert option.value == "$X"
    assert found.syntax is None
    assert found.main_command is command


def test_an_exec_form_of_a_shell_is_opened() -> None:
    found = exec_form('CMD ["sh", "-c", "exec \\"node\\" server.js"]', "sh", "-c", 'exec "node" server.js')
    assert [command.name for command in found.commands] == ["sh", "node"]
    assert [word.span.text for word in found.commands[1].words] == ['\\"node\\', "server.js"]
    assert found.main_command is found.commands[1]


def test_single_quoted_yaml_items() -> None:
    source = Source("compose.yaml", "['it''s x']")
    text = Text(Span(source, 1, 10), "'it''s x'", "it's x")
    assert spelled(text).text == "it's x"
    assert spelled(text).span(5, 6).text == "x"


@pytest.mark.parametrize("dialect", ["powershell", "cmd", "other"])
def test_other_languages_are_left_alone(dialect: str) -> None:
    text = Mapped.whole(Source("x", "Get-Item | foo").whole)
    found = Script.shell(None, text, dialect)  # type: ignore[arg-type]
    assert (found.syntax, found.commands, found.faults, found.main_command) == (None, (), (), None)


@pytest.mark.parametrize(
    ("first", "dialect"),
    [
        ("#!/bin/sh -e", "sh"),
        ("#!/bin/bash", "bash"),
        ("#!/usr/bin/env bash", "bash"),
        ("#! /usr/bin/env -S bash -e", "bash"),
        ("#!/usr/bin/env python3", "other"),
        ("#!/usr/bin/env pwsh", "powershell"),
        ("echo x", "sh"),
        ("", "sh"),
    ],
)
def test_a_script_file_names_its_language(first: str, dialect: str) -> None:
    found = Script.file(None, Source("entrypoint.sh", f"{first}\nexec gunicorn x\n"))
    assert found.dialect == dialect
    assert (found.main_command is not None) == (dialect in ("sh", "bash"))


def test_nodes() -> None:
    found = script("a; echo $(b); sh -c c")
    assert isinstance(found, Node)
    assert list(found.children()) == list(found.commands)
    assert all(isinstance(command, Node) and not list(command.children()) for command in found.commands)
    assert all(command.parent_script is found for command in found.commands)
