"""How tools are told not to check certificates. Sources: each tool's own manual."""

from __future__ import annotations

FLAGS: dict[str, tuple[str, ...]] = {
    "curl": ("-k", "--insecure", "--proxy-insecure", "--doh-insecure"),
    "wget": ("--no-check-certificate",),
    "wget2": ("--no-check-certificate",),
    "apk": ("--no-check-certificate",),
    "pip": ("--trusted-host",),
    "uv": ("--allow-insecure-host", "--trusted-host"),
    "npm": ("--no-strict-ssl",),
    "pnpm": ("--no-strict-ssl",),
    "yarn": ("--no-strict-ssl",),
    "conda": ("-k", "--insecure"),
    "mamba": ("-k", "--insecure"),
    "svn": ("--trust-server-cert",),
    "ansible-galaxy": ("-c", "--ignore-certs"),
    "kubectl": ("--insecure-skip-tls-verify",),
    "oc": ("--insecure-skip-tls-verify",),
    "helm": ("--insecure-skip-tls-verify", "--kube-insecure-skip-tls-verify"),
    "argocd": ("--insecure",),
    "crane": ("--insecure",),
    "kaniko": ("--skip-tls-verify",),
    "executor": ("--skip-tls-verify", "--skip-tls-verify-pull"),
}
"""Tool → the flags that switch the check off."""

TURNED_OFF: dict[str, tuple[str, ...]] = {
    "npm": ("--strict-ssl",),
    "pnpm": ("--strict-ssl",),
    "yarn": ("--strict-ssl",),
    "aria2c": ("--check-certificate",),
    "http": ("--verify",),
    "https": ("--verify",),
    "podman": ("--tls-verify",),
    "buildah": ("--tls-verify",),
    "skopeo": ("--tls-verify", "--src-tls-verify", "--dest-tls-verify"),
    "apt-get": (),
    "git": (),
    "dnf": (),
    "composer": (),
}
"""Tool → the flags that do so with the value false."""

SETTINGS: dict[str, frozenset[str]] = {
    "apt-get": frozenset({"acquire::https::verify-peer", "acquire::https::verify-host"}),
    "git": frozenset({"http.sslverify"}),
    "dnf": frozenset({"sslverify"}),
    "npm": frozenset({"strict-ssl"}),
    "pnpm": frozenset({"strict-ssl"}),
    "yarn": frozenset({"strict-ssl", "enablestrictssl"}),
    "conda": frozenset({"ssl_verify"}),
    "mamba": frozenset({"ssl_verify"}),
}
"""Tool → the settings (in lower case) that do so with the value false, by `-c`, `-o`, `--setopt` or `config set`."""

TRUE_SETTINGS: dict[str, frozenset[str]] = {"composer": frozenset({"disable-tls"})}
"""Tool → the settings that do so with the value true."""

ANY_SETTINGS: dict[str, frozenset[str]] = {
    "pip": frozenset({"trusted-host", "install.trusted-host", "global.trusted-host"})
}
"""Tool → the settings that do so for the hosts that are their value."""

FAMILIES = {
    "pip3": "pip", "pip2": "pip", "uvx": "uv", "micromamba": "mamba", "yarnpkg": "yarn", "apt": "apt-get", "aptitude": "apt-get",
    "yum": "dnf", "tdnf": "dnf", "microdnf": "dnf", "dnf5": "dnf", "yum-config-manager": "dnf", "xh": "http", "npx": "npm",
}  # fmt: skip
"""Tools that understand what another one does."""

FALSE = frozenset({"false", "0", "no", "off", "never"})
TRUE = frozenset({"true", "1", "yes", "on"})

OFF_BY_FALSE = frozenset({
    "NODE_TLS_REJECT_UNAUTHORIZED", "PYTHONHTTPSVERIFY", "NPM_CONFIG_STRICT_SSL", "YARN_ENABLE_STRICT_SSL",
    "YARN_STRICT_SSL", "CONDA_SSL_VERIFY",
})  # fmt: skip
"""Variables that switch the check off with the value false (in upper case)."""

OFF_BY_ANY = frozenset({
    "GIT_SSL_NO_VERIFY", "PIP_TRUSTED_HOST", "UV_INSECURE_HOST", "UV_ALLOW_INSECURE_HOST", "GOINSECURE",
})  # fmt: skip
"""Variables that do so with any value (git asks only whether there is one)."""
