r"""Streamlit is told on which address and port it listens.

Where both are written on the command (or in Streamlit's own variables or configuration), whoever maps the port, checks the health or
puts a proxy before the container can read them there, and neither a developer's `config.toml` nor a new default changes them.

Neither is told:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
CMD «["streamlit", "run", "app.py"]»
```
```dockerfile Dockerfile fixed
FROM python:3.12.7-slim
CMD ["streamlit", "run", "--server.port=8501", "--server.address=0.0.0.0", "app.py"]
```

Only one of them:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
ENV PORT=8501
CMD «streamlit run app.py --server.port=$PORT»
```
```dockerfile Dockerfile fixed
FROM python:3.12.7-slim
ENV PORT=8501
CMD streamlit run --server.address=0.0.0.0 app.py --server.port=$PORT
```

An address that is only reached from within the container:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
CMD ["streamlit", "run", "app.py", "--server.port", "8501", "--server.address", «"localhost"»]
```
```dockerfile Dockerfile fixed
FROM python:3.12.7-slim
CMD ["streamlit", "run", "app.py", "--server.port", "8501", "--server.address", "0.0.0.0"]
```

A service starts it:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
```
```yaml compose.prod.yaml fails
services:
  board:
    build: .
    command: «streamlit run board.py --server.address=0.0.0.0»
```

Both are told:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
CMD ["streamlit", "run", "app.py", "--server.port=8501", "--server.address=0.0.0.0"]
```
```dockerfile b/Dockerfile passes
FROM python:3.12.7-slim
ENTRYPOINT ["python", "-m", "streamlit", "run", "--server.address", "::"]
CMD ["app.py", "--server.port", "80"]
```
```dockerfile c/Dockerfile passes
FROM python:3.12.7-slim
ENV STREAMLIT_SERVER_PORT=8501 STREAMLIT_SERVER_ADDRESS=0.0.0.0
CMD ["streamlit", "run", "app.py"]
```

By a variable of the service, and by Streamlit's configuration:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
CMD ["streamlit", "run", "app.py", "--server.address=0.0.0.0"]
```
```yaml compose.yaml passes
services:
  board:
    build: .
    environment:
      STREAMLIT_SERVER_PORT: ${BOARD_PORT}
```
```dockerfile b/Dockerfile passes
FROM python:3.12.7-slim
COPY . .
CMD ["streamlit", "run", "app.py"]
```
```toml b/.streamlit/config.toml passes
[server]
port = 8501
address = "0.0.0.0"
```

What is told is not known:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
CMD streamlit run app.py $STREAMLIT_FLAGS
```
```dockerfile b/Dockerfile passes
FROM python:3.12.7-slim
RUN mkdir -p /root/.streamlit && printf '[server]\nport = 80\n' > /root/.streamlit/config.toml
CMD ["streamlit", "run", "app.py"]
```

Other programs:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
RUN pip install --no-cache-dir streamlit==1.40.1
CMD ["python", "report.py"]
```
```dockerfile b/Dockerfile passes
FROM python:3.12.7-slim
CMD ["streamlit", "hello"]
```

## Options

- `port`: the port that the fix writes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.model.instruction import Cmd, Entrypoint, Run, Transfer
from deployflow_gate.rulebook.command._workers import shipped_servers

if TYPE_CHECKING:
    from deployflow_gate.model.image import Image
    from deployflow_gate.model.server import Server

CONFIGURATION = ".streamlit/config.toml"
ANYWHERE = "0.0.0.0"  # noqa: S104 - whoever runs the container decides who reaches it
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@rule(Severity.WARNING, seeds=("000:15",))
def check(image: Image, *, port: int = 8501) -> Iterator[Problem]:
    for server in shipped_servers(image):
        if server.framework != "streamlit" or server.runs.uncertain:
            continue
        told = {name: _told(image, server, name) for name in ("port", "address")}
        address = server.runs.option("--server.address")
        if told["address"] in _LOOPBACK:
            span = address.span if address is not None and server.at.contains(address.span) else server.at
            fix = None
            if address is not None and span.text.strip("\"'") == address.sketch:
                fix = Fix(
                    "Listen on all addresses", (edits.replace(span, span.text.replace(address.sketch, ANYWHERE)),)
                )
            yield Problem(
                span, f"Streamlit listens on `{told['address']}`, which nobody reaches from outside.", fix=fix
            )
            continue
        missing = [name for name, value in told.items() if value is None]
        if missing:
            flags = " and ".join(f"`--server.{name}`" for name in missing)
            yield Problem(server.at, f"Streamlit is started without {flags}.", fix=_fix(server, missing, port))


def _told(image: Image, server: Server, name: str) -> str | None:
    """What flag, variable or configuration say, "" for what is not known; None where nothing does."""
    word = server.runs.option(f"--server.{name}")
    if word is not None:
        return word.value or ""
    variable = f"STREAMLIT_SERVER_{name.upper()}"
    told = server.runs.variable(variable) or (
        image.environment[variable].sketch if variable in image.environment else None
    )
    services = [server.service] if server.service is not None else [s for s in image.services if not s.development]
    if told is None and any(v.name.value == variable for service in services for v in service.environment):
        return ""
    return told if told is not None else _configured(image, name)


def _configured(image: Image, name: str) -> str | None:
    """What Streamlit's configuration files of the context say; "" where one cannot be read, or is made by the build."""
    context = image.context
    found: str | None = None
    for path in context.all_files if context is not None else ():
        if path != CONFIGURATION and not path.endswith("/" + CONFIGURATION):
            continue
        source = image.project.read_text(context.inside(path)) if context is not None else None
        server = _toml(source.text).get("server") if source is not None else None
        if source is None or (isinstance(server, dict) and name in server):
            found = str(server[name]) if isinstance(server, dict) else ""
    if found is None and any("config.toml" in i.span.text for i in image.history if isinstance(i, Run | Transfer)):
        return ""
    return found


def _toml(text: str) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError):
        return {}


def _fix(server: Server, missing: list[str], port: int) -> Fix | None:
    """The flags behind `run`, where the command stands in the Dockerfile in one piece."""
    owner = server.command.script.owner
    run = next((w for w in server.command.own if w.sketch == "run"), None)
    if server.runs is not server.command or not isinstance(owner, Cmd | Entrypoint) or run is None:
        return None
    if server.command.within is not None or not server.at.contains(run.span):
        return None
    flags = [f"--server.{name}={port if name == 'port' else ANYWHERE}" for name in missing]
    text = "".join(f', "{flag}"' if owner.json else f" {flag}" for flag in flags)
    return Fix("Say where it listens", (edits.insert_after(run.span, text),))
