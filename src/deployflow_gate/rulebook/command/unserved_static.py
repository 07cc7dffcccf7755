r"""Something serves the static files of a Django application.

Django serves static files only while `DEBUG` is on. Behind gunicorn nobody does, unless WhiteNoise is among the middleware, a web
server in front does, or they are stored where a browser can get them.

Gunicorn alone:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
COPY . .
RUN pip install --no-cache-dir -r requirements.txt && python manage.py collectstatic --noinput
CMD «["gunicorn", "--bind", "0.0.0.0:8000", "shop.wsgi:application"]»
```
```text requirements.txt fails
Django==5.1.3
gunicorn==23.0.0
# whitenoise
```
```python shop/settings.py fails
INSTALLED_APPS = ["django.contrib.staticfiles"]
STATIC_URL = "/static/"
```

WhiteNoise does, or they are stored elsewhere:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
COPY . .
RUN pip install --no-cache-dir -r requirements/production.txt
CMD ["gunicorn", "shop.wsgi"]
```
```text requirements/production.txt passes
-r base.txt
gunicorn==23.0.0
```
```text requirements/base.txt passes
Django==5.1.3
WhiteNoise==6.8.2
```
```python shop/settings.py passes
INSTALLED_APPS = ["django.contrib.staticfiles"]
```

On a host of its own:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
RUN pip install --no-cache-dir django==5.1.3 gunicorn==23.0.0
CMD ["gunicorn", "shop.wsgi"]
```
```python shop/settings.py passes
INSTALLED_APPS = ["django.contrib.staticfiles"]
STATIC_URL = "https://static.acme.dev/"
```

A web server of the repository does:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
RUN pip install --no-cache-dir django==5.1.3 gunicorn==23.0.0
CMD ["gunicorn", "shop.wsgi"]
```
```python shop/settings.py passes
INSTALLED_APPS = ["django.contrib.staticfiles"]
```
```yaml compose.yaml passes
services:
  shop:
    build: .
  proxy:
    image: nginx:1.27.2
    volumes: ["static:/usr/share/nginx/html/static"]
volumes:
  static:
```

No static files, or not known to be Django's:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
RUN pip install --no-cache-dir django==5.1.3 gunicorn==23.0.0
CMD ["gunicorn", "api.wsgi"]
```
```python api/settings.py passes
INSTALLED_APPS = ["rest_framework"]
```
```dockerfile b/Dockerfile passes
FROM python:3.12.7-slim
RUN pip install --no-cache-dir flask==3.1.0 gunicorn==23.0.0
CMD ["gunicorn", "shop.wsgi"]
```

## Options

- `packages`: the Python packages that serve static files, or store them where they are served.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.regex import regex
from deployflow_gate.rulebook.command._django import django_server, served_elsewhere
from deployflow_gate.rulebook.command._django import packages as named_packages
from deployflow_gate.rulebook.command._django import settings as settings_of

if TYPE_CHECKING:
    from deployflow_gate.model.image import Image

PACKAGES = (
    *("whitenoise", "servestatic", "dj-static", "django-storages", "django-s3-storage", "django-cloudinary-storage"),
    *("django-bunny-storage", "django-minio-storage", "django-spa"),
)
_HOST_OF_ITS_OWN = regex(
    r"STATIC_URL\s*=\s*[frb]?[\"'](?:https?:)?//|STATIC_(?:HOST|CDN)|[Ss]3|GoogleCloudStorage|AzureStorage"
)


@rule(Severity.NOTICE, seeds=("000:17",))
def check(image: Image, *, packages: tuple[str, ...] = PACKAGES) -> Iterator[Problem]:
    server = django_server(image)
    if server is None or server.framework == "uwsgi":
        return
    settings = settings_of(image)
    if "django.contrib.staticfiles" not in settings or _HOST_OF_ITS_OWN.search(settings):
        return
    named = named_packages(image) + settings.lower()
    if not named or any(package in named or package.replace("-", "_") in named for package in packages):
        return
    if not served_elsewhere(image):
        yield Problem(
            server.at, f"Nothing serves the static files of the Django application behind `{server.framework}`."
        )
