"""Which frameworks an image is made of: by what it starts, what it installs, and the manifests that it copies."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from posixpath import basename
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from deployflow_gate.model.image import Image

PYTHON_FRAMEWORKS = {
    "django": "django", "djangorestframework": "django", "fastapi": "fastapi", "flask": "flask", "streamlit": "streamlit",
    "starlette": "starlette", "tornado": "tornado", "aiohttp": "aiohttp", "sanic": "sanic", "gradio": "gradio", "dash": "dash",
    "celery": "celery", "jupyterlab": "jupyter", "notebook": "jupyter",
}  # fmt: skip
NODE_FRAMEWORKS = {
    "next": "next", "nuxt": "nuxt", "express": "express", "fastify": "fastify", "koa": "koa", "@nestjs/core": "nest",
    "react-scripts": "react", "vite": "vite", "@angular/core": "angular", "vue": "vue", "svelte": "svelte", "gatsby": "gatsby",
    "astro": "astro", "@remix-run/node": "remix", "hono": "hono",
}  # fmt: skip
OTHER_MANIFESTS = {
    "go.mod": "go", "pom.xml": "java", "build.gradle": "java", "build.gradle.kts": "java", "Cargo.toml": "rust",
    "Gemfile": "ruby", "composer.json": "php", "mix.exs": "elixir",
}  # fmt: skip
LANGUAGE_BASES = {
    "python": "python", "node": "node", "golang": "go", "openjdk": "java", "eclipse-temurin": "java", "amazoncorretto": "java",
    "rust": "rust", "ruby": "ruby", "php": "php", "elixir": "elixir",
}  # fmt: skip
_REQUIREMENT = re.compile(r"^[ \t]*([A-Za-z0-9][A-Za-z0-9._-]*)", re.MULTILINE)
_QUOTED_REQUIREMENT = re.compile(r"""["']([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*(?:[=<>!~;][^"']*)?["']""")
_KEY = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)\s*=", re.MULTILINE)


def frameworks(image: Image) -> frozenset[str]:
    """The names of frameworks and languages that the image is seen to hold; nothing that is only likely."""
    found = {server.framework for server in image.servers}
    base = image.base
    if base is not None and base.name in LANGUAGE_BASES:
        found.add(LANGUAGE_BASES[base.name])
    for path, text in manifests(image):
        found |= set(_named(basename(path), text))
    for name in _installed(image):
        found |= {PYTHON_FRAMEWORKS[name]} if name in PYTHON_FRAMEWORKS else set()
    return frozenset(found)


def manifests(image: Image) -> Iterator[tuple[str, str]]:
    """(path, text) of the dependency manifests that the image, or a stage that it copies from, brings from its context."""
    context = image.context
    if context is None:
        return
    for folder in _copied_folders(image):
        for name in ("requirements.txt", "pyproject.toml", "Pipfile", "package.json", *OTHER_MANIFESTS):
            path = context.inside(f"{folder}/{name}" if folder else name)
            source = image.project.read_text(path) if path in image.project.paths else None
            if source is not None:
                yield path, source.text


def package_json(image: Image) -> Mapping[str, object]:
    """The package.json that the image brings, {} if there is none or it is no object."""
    for path, text in manifests(image):
        if basename(path) == "package.json":
            try:
                value = json.loads(text)
            except (ValueError, RecursionError):
                return {}
            return value if isinstance(value, dict) else {}
    return {}


def _copied_folders(image: Image) -> list[str]:
    """Folders of the context whose files are copied, "" for the context itself."""
    from deployflow_gate.model.instruction import Transfer

    found: dict[str, None] = {}
    stages = [image.stage, *image.stage.lineage, *(s for stage in image.stage.lineage for s in stage.copies_from)]
    for stage in dict.fromkeys(stages):
        for transfer in stage.instructions:
            if not isinstance(transfer, Transfer) or transfer.from_ is not None:
                continue
            for source in transfer.sources:
                path = (source.value or "").strip("/").removeprefix("./")
                folder = path if path and image.context and image.context.inside(path) in image.project.folders else ""
                if not folder and "/" in path:
                    folder = path.rpartition("/")[0]
                found["" if folder == "." else folder] = None
    return list(found)


def _installed(image: Image) -> Iterator[str]:
    for install in image.installs:
        if install.manager in {"pip", "uv", "pipx", "poetry"}:
            yield from (p.name.lower() for p in install.packages if p.name)


def _named(manifest: str, text: str) -> Iterator[str]:
    if manifest in OTHER_MANIFESTS:
        yield OTHER_MANIFESTS[manifest]
    elif manifest == "package.json":
        yield "node"
        for name in re.findall(r'"([@\w./-]+)"\s*:', text):
            if name in NODE_FRAMEWORKS:
                yield NODE_FRAMEWORKS[name]
    else:
        yield "python"
        patterns = (_REQUIREMENT,) if manifest.endswith(".txt") else (_QUOTED_REQUIREMENT, _KEY)
        for pattern in patterns:
            for name in pattern.findall(text):
                key = name.lower().replace("_", "-")
                if key in PYTHON_FRAMEWORKS:
                    yield PYTHON_FRAMEWORKS[key]
