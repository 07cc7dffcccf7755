"""Which frameworks an image is made of: by what it starts, what it installs, and the manifests that it copies."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from posixpath import basename, normpath
from typing import TYPE_CHECKING, Any

from deployflow_gate.regex import regex

if TYPE_CHECKING:
    from deployflow_gate.model.image import Image
    from deployflow_gate.model.instruction import Transfer

PYTHON_FRAMEWORKS = {
    "django": "django", "djangorestframework": "django", "fastapi": "fastapi", "flask": "flask", "streamlit": "streamlit",
    "starlette": "starlette", "tornado": "tornado", "aiohttp": "aiohttp", "sanic": "sanic", "gradio": "gradio", "dash": "dash",
    "celery": "celery", "grpcio": "grpc", "jupyterlab": "jupyter", "notebook": "jupyter",
}  # fmt: skip
NODE_FRAMEWORKS = {
    "next": "next", "nuxt": "nuxt", "express": "express", "fastify": "fastify", "koa": "koa", "@nestjs/core": "nest",
    "react-scripts": "react", "vite": "vite", "@angular/core": "angular", "vue": "vue", "svelte": "svelte", "gatsby": "gatsby",
    "@grpc/grpc-js": "grpc", "astro": "astro", "@remix-run/node": "remix", "hono": "hono",
}  # fmt: skip
OTHER_MANIFESTS = {
    "go.mod": "go", "pom.xml": "java", "build.gradle": "java", "build.gradle.kts": "java", "Cargo.toml": "rust",
    "Gemfile": "ruby", "composer.json": "php", "mix.exs": "elixir",
}  # fmt: skip
LANGUAGE_BASES = {
    "python": "python", "node": "node", "golang": "go", "openjdk": "java", "eclipse-temurin": "java", "amazoncorretto": "java",
    "rust": "rust", "ruby": "ruby", "php": "php", "elixir": "elixir",
}  # fmt: skip
_REQUIREMENT = regex(r"^[ \t]*([A-Za-z0-9][A-Za-z0-9._-]*)", re.MULTILINE)
_GEM = regex(r"^[ \t]*gem[ \t(]+[\"']([\w.-]+)", re.MULTILINE)
_NAMES = ("requirements.txt", "pyproject.toml", "Pipfile", "package.json", *OTHER_MANIFESTS)
_NODE_DEPENDENCIES = ("dependencies", "devDependencies", "peerDependencies", "optionalDependencies")


def frameworks(image: Image) -> frozenset[str]:
    """The names of frameworks and languages that the image is seen to hold; nothing that is only likely."""
    found = {server.framework for server in image.servers}
    base = image.base
    if base is not None and base.name in LANGUAGE_BASES:
        found.add(LANGUAGE_BASES[base.name])
    for path, text in manifests(image):
        found.update(_of_manifest(basename(path), text))
    for install in image.installs:
        if install.manager in {"pip", "uv", "pipx", "poetry"}:
            found.update(_python(package.name for package in install.packages if package.name))
    return frozenset(found)


def manifests(image: Image) -> Iterator[tuple[str, str]]:
    """(path, text) of the dependency manifests that the image, or a stage that it takes files from, brings from its context.

    Those of the image itself come first.
    """
    context = image.context
    if context is None:
        return
    seen: set[str] = set()
    for folder, file in _copied(image):
        for name in (file,) if file is not None else _NAMES:
            path = context.inside(f"{folder}/{name}" if folder else name)
            if path in seen or not (name in _NAMES or _is_requirements(name)):
                continue
            seen.add(path)
            source = image.project.read_text(path) if path in image.project.paths else None
            if source is not None:
                yield path, source.text


def python_packages(image: Image) -> frozenset[str]:
    """The Python packages that manifests and the commands of the build name, in lower case with dashes; not what these need."""
    found: set[str] = set()
    for path, text in manifests(image):
        found.update(python_requirements(basename(path), text))
    for install in image.installs:
        if install.ecosystem == "python":
            found.update(_normal(package.name) for package in install.packages if package.name)
    return frozenset(found)


def node_packages(image: Image) -> frozenset[str]:
    """The npm packages that the package.json files of the image ask for; not those for development."""
    found: set[str] = set()
    for path, text in manifests(image):
        given = _json(text).get("dependencies") if basename(path) == "package.json" else None
        found.update(given if isinstance(given, dict) else ())
    return frozenset(found)


def ruby_gems(image: Image) -> frozenset[str]:
    """The gems that the Gemfiles of the image name."""
    texts = (text for path, text in manifests(image) if basename(path) == "Gemfile")
    return frozenset(name for text in texts for name in _GEM.findall(text))


def python_requirements(name: str, text: str) -> Iterator[str]:
    """The packages that a manifest of Python with this name asks for; nothing of another file."""
    if _is_requirements(name) or name in {"pyproject.toml", "Pipfile"}:
        listed = _REQUIREMENT.findall(text) if name.endswith(".txt") else _toml_requirements(_toml(text))
        for requirement in listed:
            match = _REQUIREMENT.match(requirement)
            if match is not None:
                yield _normal(match[1])


def _normal(name: str) -> str:
    return name.lower().replace("_", "-")


def package_scripts(image: Image) -> Mapping[str, str]:
    """The scripts of the package.json files that the image brings. A name that two of them give different texts is left out."""
    found: dict[str, str] = {}
    torn: set[str] = set()
    for path, text in manifests(image):
        if basename(path) != "package.json":
            continue
        scripts = _json(text).get("scripts")
        for name, script in scripts.items() if isinstance(scripts, dict) else ():
            if isinstance(script, str) and found.setdefault(name, script) != script:
                torn.add(name)
    return {name: script for name, script in found.items() if name not in torn}


def _copied(image: Image) -> dict[tuple[str, str | None], None]:
    """(folder of the context, None) for what is copied as a whole, (folder, file) for single files; "" is the context itself."""
    found: dict[tuple[str, str | None], None] = {}
    for transfer in _transfers(image):
        for source in transfer.sources:
            if source.value is None:
                continue
            path = normpath(source.value.lstrip("/") or ".")
            if path == ".":
                found["", None] = None
            elif image.context is not None and image.context.inside(path) in image.project.folders:
                found[path, None] = None
            elif any(letter in path for letter in "*?["):
                # `package*.json`, `*.txt`
                folder, _, pattern = path.rpartition("/")
                found.update(((folder, name), None) for name in _NAMES if fnmatchcase(name, pattern))
            else:
                folder, _, name = path.rpartition("/")
                found[folder, name] = None
    return found


def _transfers(image: Image) -> Iterator[Transfer]:
    """Every COPY and ADD from the context, of the image's own stages first, then of those that it takes files from."""
    from deployflow_gate.model.instruction import Transfer

    stages = dict.fromkeys(image.stage.lineage)
    ahead = [below for stage in image.stage.lineage for below in stage.copies_from]
    while ahead:
        stage = ahead.pop(0)
        if stage not in stages:
            stages.update(dict.fromkeys(stage.lineage))
            ahead += [below for one in stage.lineage for below in one.copies_from]
    for stage in stages:
        yield from (i for i in stage.instructions if isinstance(i, Transfer) and i.from_ is None)


def _is_requirements(name: str) -> bool:
    return name.endswith(".txt") and "requirements" in name


def _json(text: str) -> Mapping[str, object]:
    import json

    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _toml(text: str) -> Mapping[str, Any]:
    import tomllib

    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError):
        return {}


def _of_manifest(name: str, text: str) -> Iterator[str]:
    """What a manifest says: its language, and the frameworks among its dependencies."""
    if name in OTHER_MANIFESTS:
        yield OTHER_MANIFESTS[name]
    elif name == "package.json":
        yield "node"
        package = _json(text)
        for key in _NODE_DEPENDENCIES:
            given = package.get(key)
            yield from (NODE_FRAMEWORKS[n] for n in given if n in NODE_FRAMEWORKS) if isinstance(given, dict) else ()
    else:
        yield "python"
        yield from _python(_REQUIREMENT.findall(text) if name.endswith(".txt") else _toml_requirements(_toml(text)))


def _toml_requirements(given: Mapping[str, Any]) -> Iterator[str]:
    """The dependencies of a pyproject.toml (of PEP 621 and of Poetry) or a Pipfile; not those for development."""
    project = given.get("project")
    listed = project.get("dependencies") if isinstance(project, dict) else None
    yield from (entry for entry in listed if isinstance(entry, str)) if isinstance(listed, list) else ()
    tool = given.get("tool")
    poetry = tool.get("poetry") if isinstance(tool, dict) else None
    for mapping in (poetry.get("dependencies") if isinstance(poetry, dict) else None, given.get("packages")):
        yield from mapping if isinstance(mapping, dict) else ()


def _python(requirements: Iterable[str]) -> Iterator[str]:
    for requirement in requirements:
        name = _REQUIREMENT.match(requirement)
        key = name[1].lower().replace("_", "-") if name is not None else ""
        if key in PYTHON_FRAMEWORKS:
            yield PYTHON_FRAMEWORKS[key]
