"""Which variables a base image sets, for widespread images of which that is known.

From the images' own Dockerfiles, older versions included, as of 2025.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from deployflow_gate.model.stage import Stage

_JAVA = "JAVA_ LANG LANGUAGE LC_ALL CA_CERTIFICATES_JAVA_VERSION"

_SETS = {
    **dict.fromkeys(("debian", "ubuntu", "alpine", "busybox", "buildpack-deps", "centos", "rockylinux", "almalinux"), ""),
    **dict.fromkeys(("openjdk", "eclipse-temurin", "amazoncorretto"), _JAVA),
    "fedora": "DISTTAG FGC FBR container",
    "python": "PYTHON_ PYTHONIOENCODING GPG_KEY LANG LC_ALL",
    "node": "NODE_VERSION YARN_VERSION NPM_VERSION NPM_CONFIG_LOGLEVEL",
    "golang": "GOLANG_ GOPATH GOROOT GOTOOLCHAIN",
    "rust": "RUSTUP_HOME CARGO_HOME RUST_VERSION RUST_ARCHIVE RUST_DOWNLOAD_URL",
    "ruby": "RUBY_ RUBYGEMS_VERSION GEM_HOME BUNDLE_ BUNDLER_VERSION LANG",
    "php": "PHP_ PHPIZE_DEPS GPG_KEYS APACHE_",
    "maven": f"{_JAVA} MAVEN_",
    "gradle": f"{_JAVA} GRADLE_",
    "elixir": "ELIXIR_VERSION LANG OTP_ REBAR_ REBAR3_",
    "erlang": "LANG OTP_ REBAR_ REBAR3_",
    "nginx": "NGINX_VERSION NJS_ PKG_RELEASE DYNPKG_RELEASE ACME_VERSION",
}  # fmt: skip
"""Image → names, and starts of names that end in an underscore; beside PATH, which all set."""

_KNOWN = {
    image: (frozenset(names.split()), tuple(n for n in names.split() if n[-1] == "_")) for image, names in _SETS.items()
}


def base_sets(stage: Stage, name: str) -> bool | None:
    """Whether the image at the bottom of a stage sets a variable; None where that is not known."""
    if name == "PATH":
        return True
    if stage.from_scratch:
        return False
    base = stage.base
    known = base.known if base is not None else None
    if known is None or known.name not in _KNOWN or stage.windows:
        return None
    names, starts = _KNOWN[known.name]
    return name in names or name.startswith(starts)
