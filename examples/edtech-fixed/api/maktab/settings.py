import os
from pathlib import Path

import dj_database_url

BASE_DIR = Path(__file__).resolve().parent.parent


def secret(name: str, default: str | None = None) -> str:
    """The variable `name`, or what is in the file that the variable `name`_FILE names."""
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text(encoding="utf-8").strip()
    return os.environ[name] if default is None else os.environ.get(name, default)


SECRET_KEY = secret("DJANGO_SECRET_KEY")
FEE_GATEWAY_KEY = secret("FEE_GATEWAY_KEY", default="")
DEBUG = os.environ.get("DJANGO_DEBUG") == "1"
ALLOWED_HOSTS = os.environ.get("DJANGO_ALLOWED_HOSTS", "localhost").split(",")
ROOT_URLCONF = "maktab.urls"
WSGI_APPLICATION = "maktab.wsgi.application"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.staticfiles",
    "students",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.common.CommonMiddleware",
]

DATABASES = {"default": dj_database_url.config(default=f"sqlite:///{BASE_DIR / 'maktab.sqlite3'}", conn_max_age=60)}
if password := secret("DATABASE_PASSWORD", default=""):
    DATABASES["default"]["PASSWORD"] = password
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "static"
TIME_ZONE = "Asia/Karachi"
USE_TZ = True

CELERY_BROKER_URL = os.environ.get("CELERY_BROKER_URL", "redis://queue:6379/0")
