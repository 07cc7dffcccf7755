r"""A Django image that ships has its static files collected.

Django leaves static files where they are in each application until `collectstatic` brings them together. In production nothing else
finds them: without it, the admin and every page come without style sheets and scripts. Run it while the image is built, or as it starts.

Nobody collects them:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
WORKDIR /app
COPY . .
RUN pip install --no-cache-dir -r requirements.txt
CMD «["gunicorn", "--bind", "0.0.0.0:8000", "shop.wsgi:application"]»
```
```text requirements.txt fails
Django==5.1.3
gunicorn==23.0.0
```
```python shop/settings.py fails
INSTALLED_APPS = ["django.contrib.admin", "django.contrib.staticfiles"]
# python manage.py collectstatic
```

The application by its `manage.py`, started by a script:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
COPY . /app
ENTRYPOINT «["/app/start.sh"]»
```
```bash start.sh fails
#!/bin/sh
# python manage.py collectstatic
python manage.py migrate
exec uvicorn shop.asgi:application --workers 2
```
```python manage.py fails
import os
```
```python shop/settings/base.py fails
INSTALLED_APPS = ["django.contrib.staticfiles"]
```

The build does, or the script that starts it:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
COPY . .
RUN pip install --no-cache-dir django==5.1.3 && python manage.py collectstatic --noinput
CMD ["gunicorn", "shop.wsgi"]
```
```dockerfile b/Dockerfile passes
FROM python:3.12.7-slim
COPY . /app
RUN pip install --no-cache-dir django==5.1.3
ENTRYPOINT ["/app/start.sh"]
```
```bash b/start.sh passes
#!/bin/sh
python manage.py collectstatic --noinput
exec gunicorn shop.wsgi
```

Whoever deploys it does:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
RUN pip install --no-cache-dir django==5.1.3
CMD ["gunicorn", "shop.wsgi"]
```
```text shop/settings.py passes
INSTALLED_APPS = ["django.contrib.staticfiles"]
```
```yaml compose.yaml passes
services:
  assets:
    build: .
    command: python manage.py collectstatic --noinput
    volumes: ["static:/static"]
volumes:
  static:
```

It has no static files, or nobody can know:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
RUN pip install --no-cache-dir django==5.1.3 djangorestframework==3.15.2
CMD ["gunicorn", "api.wsgi"]
```
```python api/settings.py passes
INSTALLED_APPS = ["rest_framework", "orders"]
```
```dockerfile b/Dockerfile passes
FROM python:3.12.7-slim
RUN pip install --no-cache-dir django==5.1.3
CMD ["./start"]
```

Another framework:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
RUN pip install --no-cache-dir flask==3.1.0
CMD ["gunicorn", "shop.wsgi"]
```
```dockerfile b/Dockerfile passes
FROM python:3.12.7-slim
RUN pip install --no-cache-dir django==5.1.3
CMD ["celery", "-A", "shop", "worker"]
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.rulebook.command._django import django_server, mentions, settings

if TYPE_CHECKING:
    from deployflow_gate.model.image import Image


@rule(Severity.WARNING, seeds=("000:17",))
def check(image: Image) -> Iterator[Problem]:
    server = django_server(image)
    if (
        server is None
        or "django.contrib.staticfiles" not in settings(image)
        or mentions(image.project, "collectstatic")
    ):
        return
    yield Problem(server.at, "The Django application ships, and nothing runs `collectstatic` for its static files.")
