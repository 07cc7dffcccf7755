r"""What is only downloaded is downloaded by `ADD`.

The builder then fetches it in parallel, knows when it has changed, checks it (`--checksum`) and unpacks it (`--unpack=true`); and the image
needs neither `curl` nor `wget` nor `git`. Off by default: a download that is checked, used and removed in one `RUN` is as good.

Into a file, or into `tar`:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN «curl -fsSLo /usr/local/bin/tool https://example.com/tool» && chmod +x /usr/local/bin/tool
RUN «wget https://example.com/data.csv»
RUN «curl -fsSL https://example.com/tool.tar.gz» | tar -xz -C /opt
```

A repository:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN «git clone --depth 1 https://github.com/shop/shop» && make -C shop
```

With credentials, headers or data, which `ADD` cannot send:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
RUN curl -H "Authorization: Bearer $(cat /run/secrets/token)" -o /opt/tool https://example.com/tool
RUN wget --http-user=me -O /opt/tool https://example.com/tool
RUN curl -X POST -d all=1 -o /opt/list.json https://example.com/list
RUN git -c http.extraHeader="$HEADER" clone https://github.com/shop/shop
```

Not into a file, or from where only the shell knows:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
RUN curl -fsS https://example.com/ping > /dev/null
RUN curl -fsSL https://example.com/install.sh | sh
RUN URL="$(cat url)" && curl -o /opt/tool "$URL"
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.regex import regex
from deployflow_gate.rulebook.packages._downloads import written

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.instruction import Run

_URL = regex(r"(?i)(?:https?|ftp)://")
_REPOSITORY = regex(r"(?i)(?:https?|git|ssh)://|git@")

MORE = {
    "curl": (
        "-u", "--user", "-U", "--proxy-user", "--anyauth", "--basic", "--digest", "--ntlm", "--negotiate", "--proxy-anyauth",
        "--proxy-basic", "--proxy-digest", "--proxy-ntlm", "--proxy-negotiate", "--oauth2-bearer", "--aws-sigv4", "--tlsuser",
        "--tlspassword", "--proxy-tlsuser", "--proxy-tlspassword", "-n", "--netrc", "--netrc-file", "-b", "--cookie", "-c",
        "--cookie-jar", "-H", "--header", "--proxy-header", "-d", "--data", "--data-ascii", "--data-binary", "--data-raw",
        "--data-urlencode", "--json", "-F", "--form", "--form-string", "--form-escape", "-X", "--request", "-T", "--upload-file", "-e",
        "--referer", "-A", "--user-agent", "-E", "--cert", "--key", "-K", "--config", "-I", "--head", "--resolve", "--connect-to",
    ),
    "wget": (
        "--http-user", "--http-password", "--user", "--password", "--ask-password", "--ftp-user", "--ftp-password", "--proxy-user",
        "--proxy-password", "--load-cookies", "--save-cookies", "--header", "--method", "--body-data", "--body-file", "--referer",
        "-U", "--user-agent", "--post-data", "--post-file", "--certificate", "--private-key", "-i", "--input-file",
    ),
    "git": ("-c", "--config", "--config-env", "--mirror", "--bare"),
}  # fmt: skip
"""Flags that ask for more than a download."""


@rule(
    Severity.NOTICE,
    on=False,
    aliases=("sonar-iac:S7026", "tally:tally/prefer-add-git", "tally:tally/prefer-add-unpack"),
)
def check(run: Run) -> Iterator[Problem]:
    for command in run.script.commands if run.script is not None else ():
        if command.name in MORE and not command.has_flag(*MORE[command.name]) and _downloads(command):
            yield Problem(command.span, f"`{command.name}` does what `ADD` would do.")


def _downloads(command: Command) -> bool:
    if command.name == "git":
        return command.subcommand == "clone" and any(_REPOSITORY.match(word.sketch) for word in command.operands)
    if not any(_URL.match(word.sketch) for word in command.operands):
        return False
    if any(not name.startswith(("-", "/dev/")) for name in (*written(command), *_appended(command))):
        return True
    return any(after.name in {"tar", "bsdtar"} and "x" in _mode(after) for after in command.pipes_into)


def _appended(command: Command) -> Iterator[str]:
    for redirect in command.redirects:
        if redirect.operator in {">>", "1>>"} and redirect.target is not None:
            yield redirect.target.sketch


def _mode(tar: Command) -> str:
    return "x" if tar.has_flag("-x", "--extract", "--get") else (tar.arguments[0].sketch if tar.arguments else "")
