"""The programs that serve or work in containers: what they are, on which port they listen by themselves, how they are told.

Facts from each program's own command-line documentation.
"""

from __future__ import annotations

from deployflow_gate.record import dataclass
from deployflow_gate.regex import regex


@dataclass(frozen=True, slots=True)
class Kind:
    """`port` is the program's own default (None if it has none, or a configuration file decides), `ports` are the flags that take a
    port or an address with one, `variables` the environment variables that do. `web` is whether it speaks HTTP (None: that
    depends). `development`: it is meant for development only; `reload`: flags that make it so. `words`: one of them must be among
    the arguments (`run` of `flask run`)."""

    framework: str
    port: int | None = None
    ports: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    web: bool | None = True
    development: bool = False
    reload: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


_PORT = ("PORT",)
_FLAGS = ("-p", "--port")


def _worker(name: str, port: int | None = None, *words: str) -> tuple[Kind, ...]:
    return (Kind(name, port, web=False, words=words),)


def _only_development(
    framework: str, port: int | None, *words: str, flags: tuple[str, ...] = ("--port",), variables: tuple[str, ...] = ()
) -> Kind:
    return Kind(framework, port, flags, variables, development=True, words=words)


_HTTPD = (Kind("httpd"),)
_RERUN = (Kind("reloader", web=None, development=True),)

KINDS: dict[str, tuple[Kind, ...]] = {
    # Python
    "gunicorn": (Kind("gunicorn", 8000, ("-b", "--bind"), _PORT, reload=("--reload",)),),
    "uvicorn": (Kind("uvicorn", 8000, ("--port",), ("UVICORN_PORT",), reload=("--reload",)),),
    "hypercorn": (Kind("hypercorn", 8000, ("-b", "--bind"), reload=("--reload",)),),
    "daphne": (Kind("daphne", 8000, _FLAGS),),
    "granian": (Kind("granian", 8000, ("--port",), ("GRANIAN_PORT",), reload=("--reload",)),),
    "waitress-serve": (Kind("waitress", 8080, ("--port", "--listen")),),
    "uwsgi": (Kind("uwsgi", None, ("--http", "--http-socket"), reload=("--py-autoreload", "--python-autoreload")),),
    "sanic": (Kind("sanic", 8000, _FLAGS, reload=("--dev", "--debug", "-d", "-r", "--reload", "--auto-reload")),),
    "litestar": (Kind("litestar", 8000, _FLAGS, ("LITESTAR_PORT",), reload=("--reload", "-r"), words=("run",)),),
    "flask": (Kind("flask", 5000, _FLAGS, ("FLASK_RUN_PORT",), development=True, words=("run",)),),
    "quart": (Kind("quart", 5000, _FLAGS, development=True, words=("run",)),),
    "manage.py": (_only_development("django", 8000, "runserver", "runserver_plus", flags=()),),
    "django-admin": (_only_development("django", 8000, "runserver", flags=()),),
    "streamlit": (Kind("streamlit", 8501, ("--server.port",), ("STREAMLIT_SERVER_PORT",), words=("run",)),),
    "chainlit": (Kind("chainlit", 8000, ("--port",), ("CHAINLIT_PORT",), reload=("-w", "--watch"), words=("run",)),),
    "gradio": (_only_development("gradio", 7860, flags=()),),
    "fastapi": (
        Kind("fastapi", 8000, ("--port",), _PORT, words=("run",), reload=("--reload",)),
        _only_development("fastapi", 8000, "dev"),
    ),
    "jupyter": (Kind("jupyter", 8888, ("--port",), ("JUPYTER_PORT",)),),
    "jupyterhub": (Kind("jupyter", 8000, ("--port",)),),
    "http.server": (Kind("http.server", 8000),),
    "mkdocs": (_only_development("mkdocs", 8000, "serve", flags=("-a", "--dev-addr")),),
    "celery": _worker("celery"),
    "rq": _worker("rq"),
    "dramatiq": _worker("dramatiq"),
    "arq": _worker("arq"),
    "huey_consumer": _worker("huey"),
    "watchmedo": (Kind("reloader", web=None, development=True, words=("auto-restart",)),),
    "watchfiles": _RERUN,
    # Node
    "next": (
        Kind("next", 3000, _FLAGS, _PORT, words=("start",)),
        _only_development("next", 3000, "dev", flags=_FLAGS, variables=_PORT),
    ),
    "nuxt": (_only_development("nuxt", 3000, "dev", flags=_FLAGS, variables=_PORT),),
    "nuxi": (_only_development("nuxt", 3000, "dev", flags=_FLAGS, variables=_PORT),),
    "vite": (
        Kind("vite", web=False, words=("build", "optimize")),
        _only_development("vite", 4173, "preview"),
        _only_development("vite", None),  # 5173, before version 3 it was 3000
    ),
    "astro": (_only_development("astro", 4321, "dev", "preview"),),
    "remix": (_only_development("remix", 3000, "dev", "vite:dev", variables=_PORT),),
    "react-router": (_only_development("react-router", 5173, "dev"),),
    "gatsby": (_only_development("gatsby", 8000, "develop", flags=_FLAGS),),
    "ng": (_only_development("angular", 4200, "serve", "s"),),
    "react-scripts": (_only_development("react", 3000, "start", flags=(), variables=_PORT),),
    "craco": (_only_development("react", 3000, "start", flags=(), variables=_PORT),),
    "vue-cli-service": (_only_development("vue", 8080, "serve"),),
    "webpack-dev-server": (_only_development("webpack", 8080),),
    "webpack": (_only_development("webpack", 8080, "serve"),),
    "storybook": (_only_development("storybook", 6006, "dev", flags=_FLAGS),),
    "nest": (Kind("nest", 3000, (), _PORT, reload=("--watch", "-w", "--debug", "-d"), words=("start",)),),
    "nodemon": _RERUN,
    "ts-node-dev": _RERUN,
    "tsnd": _RERUN,
    "node-dev": _RERUN,
    "tsx": (Kind("reloader", web=None, development=True, words=("watch", "--watch")),),
    "node": (Kind("reloader", web=None, development=True, words=("--watch",)),),
    "serve": (Kind("serve", 3000, ("-l", "--listen", "-p", "--port"), _PORT),),
    "http-server": (Kind("http-server", 8080, _FLAGS, _PORT),),
    "json-server": (Kind("json-server", 3000, _FLAGS),),
    # Others
    "nginx": (Kind("nginx"),),
    "httpd": _HTTPD,
    "httpd-foreground": _HTTPD,
    "apache2": _HTTPD,
    "apache2ctl": _HTTPD,
    "apachectl": _HTTPD,
    "apache2-foreground": _HTTPD,
    "caddy": (Kind("caddy", words=("run", "file-server", "reverse-proxy")),),
    "catalina.sh": (Kind("tomcat", words=("run",)),),
    "php": (_only_development("php", None, "-S", flags=("-S",)),),
    "php-fpm": _worker("php-fpm"),
    "artisan": (
        _only_development("laravel", 8000, "serve", variables=("SERVER_PORT",)),
        Kind("laravel", web=False, words=("queue:work", "queue:listen", "horizon", "schedule:work")),
    ),
    "symfony": (_only_development("symfony", 8000, "serve", "server:start"),),
    "rails": (Kind("rails", 3000, _FLAGS, _PORT, words=("server", "s")),),
    "puma": (Kind("puma", 9292, ("-p", "--port", "-b", "--bind"), _PORT),),
    "rackup": (Kind("rack", 9292, _FLAGS, _PORT),),
    "thin": (Kind("thin", 3000, _FLAGS, _PORT, words=("start",)),),
    "unicorn": (Kind("unicorn", 8080, ("-p", "--port", "-l", "--listen")),),
    "sidekiq": _worker("sidekiq"),
    "jekyll": (_only_development("jekyll", 4000, "serve", flags=("-P", "--port")),),
    "hugo": (_only_development("hugo", 1313, "server", "serve", flags=_FLAGS),),
    "dotnet": (Kind("dotnet", web=None, development=True, words=("watch",)),),
    "air": _RERUN,
    "redis-server": _worker("redis", 6379),
    "postgres": _worker("postgres", 5432),
    "mysqld": _worker("mysql", 3306),
    "mariadbd": _worker("mysql", 3306),
    "mongod": _worker("mongo", 27017),
    "memcached": _worker("memcached", 11211),
    "ssdb-server": _worker("ssdb", 8888),
    "cron": _worker("cron"),
    "crond": _worker("cron"),
    "sshd": _worker("ssh", 22),
}  # fmt: skip

WEB_BASES = frozenset(
    {"nginx", "httpd", "caddy", "nginxinc/nginx-unprivileged", "wordpress", "drupal", "nextcloud", "tomcat", "jetty"}
)
"""Images whose own command serves HTTP; so do the variants of php with "apache"."""

HTTP_PORTS = frozenset(
    {
        *(80, 443, 3000, 3001, 4000, 4200, 5000, 5173, 7860, 8000, 8001, 8008, 8080, 8081, 8082, 8088, 8090),
        *(8443, 8501, 8888),
    }
)
"""Ports that by common use speak HTTP: an image that exposes one is taken for a web service."""

WEB_FRAMEWORKS = frozenset(
    {
        *("django", "fastapi", "flask", "streamlit", "starlette", "tornado", "aiohttp", "sanic", "gradio", "dash"),
        *("next", "nuxt", "express", "fastify", "koa", "nest", "remix", "hono"),
    }
)
"""Frameworks that serve HTTP: with one of them, whatever port is exposed is taken for HTTP."""

RUNNERS = frozenset({"npm", "yarn", "pnpm", "bun"})
"""Programs that run a script of package.json."""

LAUNCHERS = frozenset({"npx", "bunx", "pnpx"})
"""Programs that run a program of node_modules."""

DEVELOPMENT_SCRIPT = regex(r"(?:.*[:_-])?(?:dev|develop|development)(?:[:_-].*)?")
"""What scripts of package.json that start a development server are called: `dev`, `start:dev`, `dev:docker`."""
