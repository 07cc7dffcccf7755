"""The programs that serve or work in containers: what they are, on which port they listen by themselves, how they are told.

Facts from each program's own command-line documentation. `ports` are the flags that take a port or an address with one,
`variables` the environment variables that do. `port` is None where the program has no default of its own.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """`word` is what must follow the name (`run` of `flask run`), `development` that it is meant for development only, and
    `reload` the flags that make it so."""

    framework: str
    port: int | None = None
    ports: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    web: bool = True
    development: bool = False
    reload: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


_NODE = ("PORT",)

KINDS: dict[str, tuple[Kind, ...]] = {
    # Python
    "gunicorn": (Kind("gunicorn", 8000, ("-b", "--bind"), reload=("--reload",)),),
    "uvicorn": (Kind("uvicorn", 8000, ("--port",), ("UVICORN_PORT",), reload=("--reload",)),),
    "hypercorn": (Kind("hypercorn", 8000, ("-b", "--bind"), reload=("--reload",)),),
    "daphne": (Kind("daphne", 8000, ("-p", "--port")),),
    "granian": (Kind("granian", 8000, ("--port",), ("GRANIAN_PORT",), reload=("--reload",)),),
    "waitress-serve": (Kind("waitress", 8080, ("--port", "--listen")),),
    "flask": (Kind("flask", 5000, ("-p", "--port"), ("FLASK_RUN_PORT",), development=True, words=("run",)),),
    "manage.py": (Kind("django", 8000, development=True, words=("runserver",)),),
    "django-admin": (Kind("django", 8000, development=True, words=("runserver",)),),
    "streamlit": (Kind("streamlit", 8501, ("--server.port",), ("STREAMLIT_SERVER_PORT",), words=("run",)),),
    "fastapi": (
        Kind("fastapi", 8000, ("--port",), words=("run",), reload=("--reload",)),
        Kind("fastapi", 8000, ("--port",), development=True, words=("dev",)),
    ),
    "jupyter": (Kind("jupyter", 8888, ("--port",)),),
    "celery": (Kind("celery", web=False),),
    "rq": (Kind("rq", web=False),),
    "dramatiq": (Kind("dramatiq", web=False),),
    # Node
    "next": (
        Kind("next", 3000, ("-p", "--port"), _NODE, words=("start",)),
        Kind("next", 3000, ("-p", "--port"), _NODE, development=True, words=("dev",)),
    ),
    "nuxt": (Kind("nuxt", 3000, ("-p", "--port"), _NODE, development=True, words=("dev",)),),
    "nuxi": (Kind("nuxt", 3000, ("-p", "--port"), _NODE, development=True, words=("dev",)),),
    "vite": (
        Kind("vite", 4173, ("--port",), development=True, words=("preview",)),
        Kind("vite", 5173, ("--port",), development=True),
    ),
    "astro": (Kind("astro", 4321, ("--port",), development=True, words=("dev",)),),
    "ng": (Kind("angular", 4200, ("--port",), development=True, words=("serve",)),),
    "react-scripts": (Kind("react", 3000, (), _NODE, development=True, words=("start",)),),
    "vue-cli-service": (Kind("vue", 8080, ("--port",), development=True, words=("serve",)),),
    "webpack-dev-server": (Kind("webpack", 8080, ("--port",), development=True),),
    "nodemon": (Kind("node", None, development=True),),
    "ts-node-dev": (Kind("node", None, development=True),),
    "serve": (Kind("serve", 3000, ("-l", "--listen", "-p"), _NODE),),
    "http-server": (Kind("http-server", 8080, ("-p", "--port"), _NODE),),
    # Others
    "nginx": (Kind("nginx"),),
    "httpd": (Kind("httpd"),),
    "httpd-foreground": (Kind("httpd"),),
    "apache2ctl": (Kind("httpd"),),
    "apachectl": (Kind("httpd"),),
    "apache2-foreground": (Kind("httpd"),),
    "caddy": (Kind("caddy", words=("run",)),),
    "php": (Kind("php", None, ("-S",), development=True, words=("-S",)),),
    "artisan": (Kind("laravel", 8000, ("--port",), development=True, words=("serve",)),),
    "rails": (
        Kind("rails", 3000, ("-p", "--port"), _NODE, words=("server",)),
        Kind("rails", 3000, ("-p", "--port"), _NODE, words=("s",)),
    ),
    "puma": (Kind("puma", 9292, ("-p", "--port", "-b", "--bind"), _NODE),),
    "rackup": (Kind("rack", 9292, ("-p", "--port")),),
    "unicorn": (Kind("unicorn", 8080, ("-p", "--port", "-l", "--listen")),),
}

WEB_BASES = frozenset(
    {"nginx", "httpd", "caddy", "nginxinc/nginx-unprivileged", "php:apache", "wordpress", "tomcat", "jetty"}
)
"""Images whose own command serves HTTP."""

HTTP_PORTS = frozenset(
    {80, 443, 3000, 3001, 4000, 4200, 5000, 5173, 8000, 8001, 8008, 8080, 8081, 8088, 8443, 8501, 8888, 9090}
)
"""Ports that by common use speak HTTP: an image that exposes one is taken for a web service."""

RUNNERS = frozenset({"npm", "yarn", "pnpm", "bun"})
"""Programs that run a script of package.json."""
