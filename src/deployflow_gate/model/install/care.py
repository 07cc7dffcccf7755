"""With what care a package manager is run: questions, recommended packages, caches, development dependencies, lock files."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from deployflow_gate.text import UNKNOWN

if TYPE_CHECKING:
    from deployflow_gate.model.install.facts import Install

_YES = {
    "apt-get": ("-y", "--yes", "--assume-yes", "--force-yes", "-qq"),
    "dnf": ("-y", "--assumeyes"),
    "microdnf": ("-y", "--assumeyes"),
    "yum": ("-y", "--assumeyes"),
    "tdnf": ("-y", "--assumeyes"),
    "zypper": ("-n", "--non-interactive", "-y", "--no-confirm"),
    "pacman": ("--noconfirm",),
    "gdebi": ("-n", "--n", "--no", "--non", "--non-interactive"),
    "conda": ("-y", "--yes"),
    "choco": ("-y", "--yes"),
}
_YES |= {
    "apt": _YES["apt-get"],
    "aptitude": _YES["apt-get"],
    "mamba": _YES["conda"],
    "micromamba": _YES["conda"],
    "npx": _YES["conda"],
}
"""The flags by which those that ask would not; `-qq` of apt-get means `-y`."""

_TRUE = frozenset(("1", "true", "yes", "on", "t", "y"))
_FALSE = frozenset(("0", "false", "no", "off"))
_APT = ("apt-get", "apt", "aptitude")
_WITHOUT = {"aptitude": ("-R", "--without-recommends")}
_CACHE_VARIABLES = {"pip": "PIP_NO_CACHE_DIR", "uv": "UV_NO_CACHE", "poetry": "POETRY_NO_CACHE"}
_OMIT_VARIABLES = ("NODE_ENV", "npm_config_production", "npm_config_omit", "npm_config_only")
_OMIT_FLAGS = {"pnpm": ("--prod", "-P", "--production"), "bun": ("--production", "-p")}


def _option(install: Install, *names: str) -> list[str]:
    return [word.sketch for word in install.command.options(*names)]


def _apt_option(install: Install, name: str) -> str:
    """The value given by apt's `-o Name=value`, in lower case; "" without one."""
    for sketch in _option(install, "-o", "--option"):
        key, _, value = sketch.partition("=")
        if key.lower() == name:
            return value.strip("\"'").lower()
    return ""


def assumes_yes(install: Install) -> bool:
    flags = _YES.get(install.manager)
    if flags is None or install.has_flag(*flags):
        return True
    if install.manager not in _APT:
        return any(name == "assumeyes" and value in _TRUE for name, _, value in _settings(install))
    quiet = sum(argument.name in ("-q", "--quiet") for argument in install.arguments)
    told = _apt_option(install, "apt::get::assume-yes") in _TRUE
    return told or quiet >= 2 or any(word.sketch in ("-q=2", "--quiet=2") for word in install.flags)


def without_recommended(install: Install) -> bool:
    if install.manager in _APT:
        told = _apt_option(install, "apt::install-recommends") in _FALSE
        return told or install.has_flag("--no-install-recommends", *_WITHOUT.get(install.manager, ()))
    if install.manager == "zypper":
        return install.has_flag("--no-recommends")
    return any(name == "install_weak_deps" and value in _FALSE for name, _, value in _settings(install))


def _settings(install: Install) -> list[tuple[str, str, str]]:
    """What dnf's `--setopt=name=value` sets, in lower case."""
    return [option.lower().replace(" ", "").partition("=") for option in _option(install, "--setopt")]


def without_cache(install: Install) -> bool:
    if install.has_flag("--no-cache", "--no-cache-dir") or (install.manager == "uv" and install.has_flag("-n")):
        return True
    variable = _CACHE_VARIABLES.get(install.manager)
    value = install.command.variable(variable) if variable else None
    if not value or UNKNOWN in value:
        return False
    # pip turns its cache off whichever truth value the variable has.
    return install.manager == "pip" or value.lower() in _TRUE


def _names_dev(values: Iterable[str]) -> bool:
    parts = {part for value in values for part in value.replace(",", " ").replace(":", " ").split()}
    return bool(parts & {"dev", "development"})


def _node_omits_dev(install: Install) -> bool:
    if _names_dev(_option(install, "--omit")) or {"prod", "production"} & set(_option(install, "--only")):
        return True
    if install.has_flag(*_OMIT_FLAGS.get(install.manager, ("--production", "--prod"))):
        return True
    if "dev" in _option(install, "--include"):
        return False
    told = [install.command.variable(spelled) for name in _OMIT_VARIABLES for spelled in {name, name.upper()}]
    return any(value in ("production", "prod", "true", "dev") for value in told)


def omits_dev(install: Install) -> bool:
    if install.ecosystem == "node":
        return _node_omits_dev(install)
    if install.has_flag("--no-dev", "--prod", "--production", "--no-default-groups", "--only-group"):
        return True
    if install.manager == "uv":
        return install.command.variable("UV_NO_DEV") in _TRUE
    if install.manager == "bundle":
        return _names_dev((*_option(install, "--without"), install.command.variable("BUNDLE_WITHOUT") or ""))
    return _names_dev(_option(install, "--without")) or any(
        "main" in only.split(",") for only in _option(install, "--only")
    )


def locked(install: Install) -> bool:
    variables = {"yarn": ("YARN_ENABLE_IMMUTABLE_INSTALLS",), "bundle": ("BUNDLE_FROZEN", "BUNDLE_DEPLOYMENT")}
    return any(install.command.variable(name) in _TRUE for name in variables.get(install.manager, ()))


def node_global(install: Install) -> bool:
    return install.has_flag("-g", "--global") or "global" in _option(install, "--location")
