"""How package managers are told to take packages that nobody signed. Sources: each tool's own manual."""

from __future__ import annotations

_YUM = ("--nogpgcheck", "--no-gpgchecks", "--no-gpg-checks")

FLAGS: dict[str, tuple[str, ...]] = {
    "apt-get": ("--force-yes", "--allow-unauthenticated", "--allow-insecure-repositories", "--allow-untrusted"),
    "apk": ("--allow-untrusted",),
    "dnf": _YUM,
    "zypper": ("--no-gpg-checks", "--no-gpgcheck", "--allow-unsigned-rpm", "--gpgcheck-allow-unsigned"),
    "rpm": ("--nosignature", "--nodigest", "--noverify", "--nofiledigest", "--nofiledigests"),
    "debootstrap": ("--no-check-gpg",),
}
"""Tool → the flags that switch the check off."""

OPTIONS: dict[str, tuple[str, ...]] = {
    "apt-get": (
        "apt::get::allowunauthenticated", "acquire::allowinsecurerepositories", "apt::get::force-yes",
        "acquire::allowweakrepositories", "acquire::allowdowngradetoinsecurerepositories",
    ),
}  # fmt: skip
"""Tool → the settings of its `-o` that do so when they are true."""

FAMILIES = {
    "apt": "apt-get", "aptitude": "apt-get", "apt-fast": "apt-get",
    "yum": "dnf", "tdnf": "dnf", "microdnf": "dnf", "dnf5": "dnf",
    "yum-config-manager": "dnf", "yum-builddep": "dnf", "mmdebstrap": "debootstrap",
}  # fmt: skip
"""Tools that understand what another one does."""
