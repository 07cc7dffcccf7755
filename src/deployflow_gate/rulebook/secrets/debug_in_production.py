r"""What ships runs without debug mode and without debug logging.

Debug mode shows code, settings and the variables of a failed request to whoever asks; debug logs keep what users send, down to
passwords and the numbers of their cards. Ship neither, and turn them on for an hour where they are needed.

Debug mode, a development environment and debug logs in an image:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
ENV «DJANGO_DEBUG»=True
ENV «LOG_LEVEL»="debug" PYTHONUNBUFFERED=1
ENV «FLASK_ENV» development
CMD ["gunicorn", "shop.wsgi"]
```
```dockerfile Dockerfile fixed
FROM python:3.12.7-slim
ENV DJANGO_DEBUG=False
ENV LOG_LEVEL="info" PYTHONUNBUFFERED=1
ENV FLASK_ENV production
CMD ["gunicorn", "shop.wsgi"]
```

In PHP's debugger any mode but `off` opens something:

```dockerfile Dockerfile fails
FROM php:8.3.14-fpm
ENV «XDEBUG_MODE»=develop,debug
```

A service of production, and logs of one library:

```yaml compose.prod.yaml fails
services:
  api:
    image: acme/api:4.2
    environment:
      «APP_DEBUG»: "true"
      «RUST_LOG»: trace
  web:
    image: acme/web:4.2
    environment:
      - «DEBUG»=express:*
```
```yaml compose.prod.yaml fixed
services:
  api:
    image: acme/api:4.2
    environment:
      APP_DEBUG: "false"
      RUST_LOG: info
  web:
    image: acme/web:4.2
    environment:
      - DEBUG=express:*
```

The runner's own debug logs, which show more than the masks of secrets cover:

```yaml .github/workflows/ci.yml fails
on: push
env:
  «ACTIONS_STEP_DEBUG»: true
jobs:
  test:
    runs-on: ubuntu-24.04
    env:
      DEBUG: "1"
    steps:
      - run: make test
```

With the option, where payments are handled, also in what is for development, as cards that are tried out there are real ones
more often than not:

```yaml compose.dev.yaml fails payments=true
services:
  shop:
    build: .
    environment:
      «LOG_LEVEL»: debug
  blog:
    image: acme/blog:4.2
    environment:
      LOG_LEVEL: debug
```
```dockerfile Dockerfile fails payments=true
FROM python:3.12.7-slim
COPY requirements.txt .
RUN pip install -r requirements.txt
```
```text requirements.txt fails payments=true
stripe==11.2.0
```

Off, other levels, names that only sound alike, and what is for development:

```dockerfile Dockerfile passes
FROM php:8.3.14-fpm AS dev
ENV XDEBUG_MODE=debug APP_ENV=dev
FROM php:8.3.14-fpm AS build
ARG DEBUG=true
ENV DEBUG=$DEBUG
FROM php:8.3.14-fpm
ENV XDEBUG_MODE=off DEBUG=0 LOG_LEVEL=info NODE_ENV=production DEBUG_PORT=9229 DEBUG_COLORS=true
ENV PYTHONDEBUG="" RAILS_LOG_LEVEL=${LEVEL} NODEENV_MIRROR=dev
```
```yaml compose.dev.yaml passes
services:
  api:
    image: acme/api:4.2
    environment:
      DEBUG: "true"
      NODE_ENV: development
```

A value that a later line, or every service that runs the image, replaces:

```dockerfile Dockerfile passes
FROM node:22.11.0-slim
ENV NODE_ENV=development DEBUG=true
RUN npm ci && npm run build
ENV NODE_ENV=production
```
```yaml compose.yaml passes
services:
  web:
    build: .
    environment:
      DEBUG: "false"
```

## Options

- `names`: more variables (globs) whose value turns a debug mode on.
- `allowed`: variables (globs) that are left alone.
- `payments`: whether what handles payments is judged in development, too.
- `payment-packages`: more packages by which it is known that payments are handled.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.model.instruction import Instruction
from deployflow_gate.regex import regex

if TYPE_CHECKING:
    from deployflow_gate.model.image import Image
    from deployflow_gate.model.variable import Variable

_MODES = regex(r"[a-z_]*debug(?:_?mode|_enabled)?")
_ENVIRONMENTS = regex(r"[a-z_]*env(?:ironment)?")
_LEVELS = regex(r"(?:\w*_)?log(?:ging|ger)?_?level|\w+_log|rust_log")
_XDEBUG = regex(r"(?:php_?)?xdebug_mode")
_RUNNER = frozenset({"ACTIONS_STEP_DEBUG", "ACTIONS_RUNNER_DEBUG"})

_OFF = {"true": "false", "1": "0", "yes": "no", "on": "off", "t": "f", "enabled": "disabled"}
_DEVELOPMENT = frozenset({"dev", "devel", "development"})
_VERBOSE = frozenset({"debug", "trace", "all", "silly", "debug2", "debug5", "finest"})
_LIBRARIES = regex(r"(?:[\w.*-]+:)*[\w.-]*\*(?:,.*)?")
"""What node's package `debug` takes: patterns of names, `express:*`."""

PAYMENT_PACKAGES = (
    "stripe", "@stripe/stripe-js", "dj-stripe", "braintree", "paypalrestsdk", "paypal-checkout-serversdk",
    "@paypal/checkout-server-sdk", "@paypal/paypal-server-sdk", "adyen", "@adyen/api-library", "razorpay", "squareup", "square",
    "mollie-api-python", "@mollie/api-client", "django-payments", "authorizenet", "checkout-sdk", "paystack", "safepay",
)  # fmt: skip


@rule(Severity.WARNING, seeds=("000:20",), aliases=("poutine:debug_enabled", "sonar-iac:S4507"))
def check(
    variable: Variable,
    *,
    names: tuple[str, ...] = (),
    allowed: tuple[str, ...] = (),
    payments: bool = False,
    payment_packages: tuple[str, ...] = (),
) -> Iterator[Problem]:
    name = variable.name.value
    value = variable.value.value if variable.value is not None else None
    if not name or not value or variable.kind not in ("env", "environment") or _fits(name, allowed):
        return
    found = _debug(name, value, names)
    if found is None:
        return
    kind, better = found
    packages = PAYMENT_PACKAGES + payment_packages if payments else ()
    if not _ships(variable, name, packages):
        return
    yield Problem(variable.name.span, f"`{name}={value}` turns on {kind} in what ships.", fix=_fix(variable, better))


def _debug(name: str, value: str, names: tuple[str, ...]) -> tuple[str, str | None] | None:
    """What a value turns on, and the value that does not, where there is one; None if it turns on nothing."""
    lower, given = name.lower(), value.lower()
    if _XDEBUG.fullmatch(lower):
        return None if given in ("off", "") else ("the debugger", "off")
    if _MODES.fullmatch(lower) or _fits(name, names):
        if given in _OFF:
            return "debug mode", _OFF[given]
        return ("debug logs", None) if name == "DEBUG" and _LIBRARIES.fullmatch(value) else None
    if _LEVELS.fullmatch(lower):
        return ("debug logs", "info") if given in _VERBOSE else None
    if _ENVIRONMENTS.fullmatch(lower):
        return ("a development environment", "production") if given in _DEVELOPMENT else None
    return None


def _ships(variable: Variable, name: str, packages: tuple[str, ...]) -> bool:
    owner: Any = variable.owner
    if isinstance(owner, Instruction):
        images = owner.dockerfile.project.images
        own = [image for image in images if owner.stage in image.stage.lineage and _keeps(image, variable, name)]
        return any(not image.development or _pays(image, packages) for image in own)
    if hasattr(owner, "deployed"):
        images = owner.file.project.images_run_by.get(owner, ()) if packages else ()
        return owner.deployed or any(_pays(image, packages) for image in images)
    return name in _RUNNER


def _keeps(image: Image, variable: Variable, name: str) -> bool:
    """Whether the image starts with this value, and some service that runs it leaves it so."""
    kept = image.environment.get(name)
    if kept is None or variable.value is None or kept.span != variable.value.span:
        return False
    running = [service for service in image.services if not service.development]
    return not running or not all(name in service.known_environment for service in running)


def _pays(image: Image, packages: tuple[str, ...]) -> bool:
    """Whether a manifest that the image brings names a package for payments."""
    if not packages:
        return False
    from deployflow_gate.model.framework import manifests

    wanted = re.compile(
        rf"(?m)(?:^|[\"'\s])(?:{'|'.join(map(re.escape, packages))})(?=[\"'\s=<>~!^\[;,]|$)", re.IGNORECASE
    )
    return any(wanted.search(text) for _, text in manifests(image))


def _fix(variable: Variable, better: str | None) -> Fix | None:
    value = variable.value
    if value is None or better is None or not value.literal or value.span.text.strip("\"'") != value.sketch:
        return None
    better = better.upper() if value.sketch.isupper() else better.title() if value.sketch.istitle() else better
    text = value.span.text.replace(value.sketch, better)
    return Fix(f"Set it to `{better}`", (edits.replace(value.span, text),))


def _fits(name: str, globs: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name.lower(), glob.lower()) for glob in globs)
