"""Package managers: what their subcommands do, and where packages and manifests stand. Sources: each tool's own manual."""

from __future__ import annotations

from collections.abc import Callable

from deployflow_gate.model.install import package
from deployflow_gate.record import dataclass, field

Ecosystem = str
"""system, python, node, ruby, php, go, rust, lua, perl, dotnet, elixir."""


@dataclass(frozen=True, slots=True)
class Manager:
    """`actions`: subcommand (one word or two) to action. `bare`: the action without a subcommand. `manifests` and `constraints`:
    flags whose value is a file that lists packages. `packages`: flags whose value is a package. `project`: subcommands that take
    the project's own manifest when no package is named. `locked`: subcommands that install just what the lock file says, and
    `lock_flags` the flags that make the others do so. `first_only`: subcommands whose first operand alone is a package."""

    name: str
    ecosystem: Ecosystem
    actions: dict[str, str]
    parse: Callable[[str], package.Parsed]
    bare: str = ""
    manifests: tuple[str, ...] = ()
    constraints: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    project: frozenset[str] = field(default_factory=frozenset)
    locked: frozenset[str] = field(default_factory=frozenset)
    lock_flags: tuple[str, ...] = ()
    first_only: frozenset[str] = field(default_factory=frozenset)


def _actions(text: str) -> dict[str, str]:
    """`install: install i add; remove: rm` to subcommand → action; `_` joins the words of a longer subcommand."""
    found: dict[str, str] = {}
    for clause in text.split(";"):
        action, _, verbs = clause.partition(":")
        found.update(dict.fromkeys([verb.replace("_", " ") for verb in verbs.split()], action.strip()))
    return found


def _words(text: str) -> frozenset[str]:
    return frozenset(word.replace("_", " ") for word in text.split())


_APT = _actions(
    "install: install reinstall build-dep satisfy; update: update; upgrade: upgrade dist-upgrade full-upgrade safe-upgrade;"
    "remove: remove purge autoremove autopurge; clean: clean autoclean auto-clean distclean; download: download source"
)
_DNF = _actions(
    "install: install localinstall groupinstall reinstall rei group_install module_install swap in; remove: remove erase autoremove"
    " groupremove; update: makecache check-update; upgrade: upgrade up update update-minimal upgrade-minimal up-min distro-sync;"
    "clean: clean; download: download"
)
_CONDA = _actions(
    "install: install create env_create; upgrade: update upgrade env_update; remove: remove uninstall; clean: clean"
)

MANAGERS: dict[str, Manager] = {
    manager.name: manager
    for manager in (
        Manager("apt-get", "system", _APT, package.apt),
        Manager("apt", "system", _APT, package.apt),
        Manager("aptitude", "system", _APT, package.apt),
        Manager(
            "apk",
            "system",
            _actions("install: add fix; remove: del; update: update; upgrade: upgrade;"
            " clean: cache_clean cache_purge;download: fetch"),
            package.apk,
        ),
        Manager("dnf", "system", _DNF, package.rpm),
        Manager("microdnf", "system", _DNF, package.rpm),
        Manager("yum", "system", _DNF, package.rpm),
        Manager("tdnf", "system", _DNF, package.rpm),
        Manager(
            "zypper",
            "system",
            _actions(
                "install: install in source-install si install-new-recommends inr; remove: remove rm; update: refresh ref;"
                "upgrade: update up dist-upgrade dup patch; clean: clean cc; download: download"
            ),
            package.rpm,
        ),
        Manager("pacman", "system", {}, package.equals),
        Manager("rpm", "system", {}, package.local),
        Manager("dpkg", "system", {}, package.local),
        Manager("gdebi", "system", {}, package.local, bare="install"),
        Manager("brew", "system", _actions("install: install; update: update; upgrade: upgrade; clean: cleanup"), package.at),
        Manager("snap", "system", _actions("install: install; remove: remove; upgrade: refresh"), package.equals),
        Manager("choco", "system", _actions("install: install; remove: uninstall; upgrade: upgrade"), package.equals),
        Manager("opkg", "system", _actions("install: install; remove: remove; update: update; upgrade: upgrade"), package.equals),
        Manager(
            "pip",
            "python",
            _actions("install: install; remove: uninstall; download: download wheel; clean: cache_purge"),
            package.pip,
            manifests=("-r", "--requirement"),
            constraints=("-c", "--constraint"),
            packages=("-e", "--editable"),
        ),
        Manager(
            "uv",
            "python",
            _actions(
                "install: pip_install pip_sync sync add tool_install; remove: remove pip_uninstall tool_uninstall;"
                " clean: cache_clean"
                " cache_prune clean; exec: tool_run"
            ),
            package.pip,
            manifests=("-r", "--requirement", "--requirements"),
            constraints=("-c", "--constraint", "--constraints"),
            packages=("-e", "--editable", "--with"),
            project=_words("sync"),
            lock_flags=("--frozen", "--locked"),
            first_only=_words("tool_run tool_install"),
        ),
        Manager("uvx", "python", {}, package.pip, bare="exec", packages=("--from", "--with")),
        Manager(
            "pipx",
            "python",
            _actions("install: install inject; exec: run; upgrade: upgrade upgrade-all; remove: uninstall"),
            package.pip,
            packages=("--spec",),
            first_only=_words("run"),
        ),
        Manager(
            "poetry",
            "python",
            _actions("install: install sync add; upgrade: update; remove: remove; clean: cache_clear"),
            package.poetry,
            project=_words("install sync update"),
            locked=_words("install sync"),
        ),
        Manager(
            "pipenv",
            "python",
            _actions("install: install sync; upgrade: update upgrade; remove: uninstall; clean: --clear"),
            package.pip,
            manifests=("-r", "--requirements"),
            packages=("-e", "--editable"),
            project=_words("install sync update"),
            locked=_words("sync"),
            lock_flags=("--deploy", "--ignore-pipfile"),
        ),
        Manager(
            "pdm",
            "python",
            _actions("install: install sync add; upgrade: update; remove: remove; clean: cache_clear"),
            package.pip,
            project=_words("install sync update"),
            locked=_words("sync"),
            lock_flags=("--frozen-lockfile", "--check"),
        ),
        Manager("conda", "python", _CONDA, package.conda, manifests=("-f", "--file")),
        Manager("mamba", "python", _CONDA, package.conda, manifests=("-f", "--file")),
        Manager("micromamba", "python", _CONDA, package.conda, manifests=("-f", "--file")),
        Manager(
            "npm",
            "node",
            _actions(
                "install: install i in ins inst insta instal isnt isnta isntal isntall add ci clean-install ic install-clean"
                " isntall-clean install-ci-test cit install-test it; upgrade: update up upgrade udpate;"
                " remove: uninstall un unlink remove rm"
                " r prune; clean: cache_clean; exec: exec x; dedupe: dedupe ddp"
            ),
            package.npm,
            packages=("-p", "--package"),
            project=_words("install i in ins inst insta instal isnt isnta isntal isntall add ci clean-install ic install-clean"
                           " isntall-clean install-ci-test cit install-test it update up upgrade"),
            locked=_words("ci clean-install ic install-clean isntall-clean install-ci-test cit"),
            first_only=_words("exec x"),
        ),
        Manager("npx", "node", {}, package.npm, bare="exec", packages=("-p", "--package")),
        Manager(
            "yarn",
            "node",
            _actions(
                "install: install add global_add workspaces_focus;"
                " upgrade: upgrade up upgrade-interactive global_upgrade; remove: remove"
                " global_remove; clean: cache_clean; exec: dlx"
            ),
            package.npm,
            bare="install",
            packages=("-p", "--package"),
            project=_words("install workspaces_focus upgrade up") | {""},
            lock_flags=("--frozen-lockfile", "--immutable", "--pure-lockfile"),
            first_only=_words("dlx"),
        ),
        Manager(
            "pnpm",
            "node",
            _actions(
                "install: install i add ci clean-install; upgrade: update up upgrade;"
                " remove: remove rm uninstall un prune; exec: dlx;"
                "clean: store_prune; download: fetch"
            ),
            package.npm,
            packages=("--package",),
            project=_words("install i ci clean-install update up upgrade fetch"),
            locked=_words("ci clean-install fetch"),
            lock_flags=("--frozen-lockfile",),
            first_only=_words("dlx"),
        ),
        Manager("pnpx", "node", {}, package.npm, bare="exec", packages=("--package",)),
        Manager(
            "bun",
            "node",
            _actions("install: install i add a ci; upgrade: update; remove: remove rm; clean: pm_cache_rm; exec: x"),
            package.npm,
            project=_words("install i ci update"),
            locked=_words("ci"),
            lock_flags=("--frozen-lockfile",),
            first_only=_words("x"),
        ),
        Manager("bunx", "node", {}, package.npm, bare="exec"),
        Manager("gem", "ruby", _actions("install: install i; upgrade: update; remove: uninstall; clean: cleanup"), package.gem,
                manifests=("-g", "--file")),
        Manager(
            "bundle",
            "ruby",
            _actions("install: install add; upgrade: update; remove: remove; clean: clean; download: cache package"),
            package.gem,
            bare="install",
            project=_words("install update cache package") | {""},
            lock_flags=("--frozen", "--deployment"),
        ),
        Manager(
            "composer",
            "php",
            _actions(
                "install: install i require req create-project global_require global_install;"
                " upgrade: update u upgrade global_update;"
                "remove: remove; clean: clear-cache clearcache cc"
            ),
            package.composer,
            project=_words("install i update u upgrade global_install"),
            locked=_words("install i"),
            first_only=_words("create-project"),
        ),
        Manager("pecl", "php", _actions("install: install; upgrade: upgrade; remove: uninstall;"
        " clean: clear-cache"), package.pecl),
        Manager("pear", "php", _actions("install: install; upgrade: upgrade; remove: uninstall;"
        " clean: clear-cache"), package.pecl),
        Manager(
            "go",
            "go",
            _actions("install: install get; download: mod_download mod_vendor mod_tidy; clean: clean; exec: run"),
            package.go,
            project=_words("mod_download mod_vendor mod_tidy get"),
            locked=_words("mod_download mod_vendor"),
        ),
        Manager(
            "cargo",
            "rust",
            _actions("install: install add binstall; download: fetch vendor; upgrade: update; remove: uninstall remove"),
            package.at,
            project=_words("fetch vendor update"),
            lock_flags=("--locked", "--frozen"),
        ),
        Manager("luarocks", "lua", _actions("install: install make build;"
        " remove: remove"), package.local_or_name, project=_words("make build")),
        Manager("cpanm", "perl", {}, package.at, bare="install"),
        Manager("cpan", "perl", {}, package.at, bare="install"),
        Manager(
            "dotnet",
            "dotnet",
            _actions("install: restore tool_install tool_restore workload_install; clean: nuget_locals"),
            package.local_or_name,
            project=_words("restore tool_restore"),
            lock_flags=("--locked-mode",),
        ),
        Manager("mix", "elixir", _actions("install: deps.get local.hex local.rebar archive.install; clean: deps.clean"),
                package.local_or_name, project=_words("deps.get")),
    )
}  # fmt: skip

ALIASES = {
    "dnf5": "dnf",
    "apt-fast": "apt-get",
    "nala": "apt",
    "yarnpkg": "yarn",
    "bundler": "bundle",
    "pip-sync": "pip",
} | {"composer.phar": "composer"}


def manager_of(tool: str | None) -> Manager | None:
    """The manager that a tool (or a module of `python -m`) is: `pip3.11` is pip, `dnf5` dnf."""
    if tool is None:
        return None
    found = MANAGERS.get(ALIASES.get(tool, tool))
    if found is None and tool[-1:].isdigit():
        stem = tool.rstrip("0123456789.-")
        found = MANAGERS.get(stem) if stem in ("pip", "gem", "bundle", "pecl", "luarocks", "go", "composer") else None
    return found
