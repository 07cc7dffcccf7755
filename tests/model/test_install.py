from __future__ import annotations

import pytest

from deployflow_gate.model.install import Install
from deployflow_gate.model.script import Script
from deployflow_gate.text import Mapped, Source


def installs(text: str, **variables: str) -> list[Install | None]:
    script = Script.shell(None, Mapped.whole(Source("Dockerfile", text).whole), "sh", variables)
    return [command.install for command in script.commands]


def install(text: str, **variables: str) -> Install:
    found = installs(text, **variables)[-1]
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "manager", "verb", "action", "names"),
    [
        ("apt-get update -qq", "apt-get", "update", "update", []),
        ("apt-get -o A=b install -yqq -t rel curl git", "apt-get", "install", "install", ["curl", "git"]),
        ("apt install libc6:amd64 x/stable $X y-$V", "apt", "install", "install", ["libc6", "x", None, None]),
        ("apt-get install -y {a,b}-dev", "apt-get", "install", "install", ["a-dev", "b-dev"]),
        ("apt-get purge x", "apt-get", "purge", "remove", ["x"]),
        ("apt-get dist-upgrade -y", "apt-get", "dist-upgrade", "upgrade", []),
        ("apt-get clean", "apt-get", "clean", "clean", []),
        ("apk add --no-cache -t .b gcc", "apk", "add", "install", ["gcc"]),
        ("apk del .b", "apk", "del", "remove", [".b"]),
        ("dnf5 install -y a", "dnf", "install", "install", ["a"]),
        ("yum clean all", "yum", "clean", "clean", []),
        ("zypper -n in x", "zypper", "in", "install", ["x"]),
        ("pacman -Syu --noconfirm git", "pacman", "", "install", ["git"]),
        ("pacman -Scc", "pacman", "", "clean", []),
        ("rpm -i https://x/a.rpm", "rpm", "", "install", [None]),
        ("pip3.11 install x", "pip", "install", "install", ["x"]),
        ("python3 -m pip install -U pip wheel", "pip", "install", "install", ["pip", "wheel"]),
        ("uv pip install --system x", "uv", "pip install", "install", ["x"]),
        ("uv tool install ruff", "uv", "tool install", "install", ["ruff"]),
        ("pipx install poetry", "pipx", "install", "install", ["poetry"]),
        ("conda install -y -c conda-forge a=1", "conda", "install", "install", ["a"]),
        ("npm i -g yarn @a/b", "npm", "i", "install", ["yarn", "@a/b"]),
        ("npx --yes next start -p 3", "npx", "", "exec", ["next"]),
        ("npx -p a b", "npx", "", "exec", ["a"]),
        ("pnpm dlx x y", "pnpm", "dlx", "exec", ["x"]),
        ("yarn", "yarn", "", "install", []),
        ("yarn global add x", "yarn", "global add", "install", ["x"]),
        ("gem install a b", "gem", "install", "install", ["a", "b"]),
        ("gem install a -- --with-x y", "gem", "install", "install", ["a"]),
        ("gdebi -o A=b /tmp/x.deb", "gdebi", "", "install", [None]),
        ("bundle install --without development test", "bundle", "install", "install", []),
        ("composer require a/b", "composer", "require", "install", ["a/b"]),
        ("go install x.y/z@v1.2.3", "go", "install", "install", ["x.y/z"]),
        ("go run a.b/c@v1 d", "go", "run", "exec", ["a.b/c"]),
        ("go run main.go", "go", "run", "exec", [None]),
        ("go mod download", "go", "mod download", "download", []),
        ("cargo install a", "cargo", "install", "install", ["a"]),
        ("luarocks install a 1.0", "luarocks", "install", "install", ["a"]),
    ],
)
def test_what_is_done(text: str, manager: str, verb: str, action: str, names: list[str | None]) -> None:
    found = install(text)
    assert (found.manager, found.verb, found.action) == (manager, verb, action)
    assert [package.name for package in found.packages] == names


@pytest.mark.parametrize(
    "text",
    [
        "npm run build",
        "npm start",
        "yarn --version",
        "bundle -v",
        "yarn build",
        "go build ./...",
        "cargo build",
        "poetry export",
        "curl x",
        "pip",
        "npm",
        "uv run x",
        "conda activate x",
        "python setup.py install",
        "apt-get",
        "rpm -qa",
        "pacman -Q",
        "$X install y",
        "A=1",
    ],
)
def test_what_is_no_install(text: str) -> None:
    assert installs(text) == [None]


@pytest.mark.parametrize(
    ("text", "name", "version", "pinned", "kind"),
    [
        ("apt-get install a=1.2", "a", "1.2", True, "index"),
        ("apt-get install a=1.*", "a", "1.*", False, "index"),
        ("apt-get install a", "a", None, False, "index"),
        ("apt-get install a=$V", "a", None, True, "index"),
        ("apt-get install ./a.deb", None, None, False, "path"),
        ("apk add a=1.2-r0", "a", "1.2-r0", True, "index"),
        ("apk add a~1.2", "a", "1.2", False, "index"),
        ("apk add 'a>1'", "a", "1", False, "index"),
        ("apk add a@edge", "a", None, False, "index"),
        ("dnf install nginx-1.20.1-3.el9", "nginx", "1.20.1-3.el9", True, "index"),
        ("dnf install java-1.8.0-openjdk", "java-1.8.0-openjdk", None, False, "index"),
        ("dnf install nginx-$V", "nginx", None, True, "index"),
        ("dnf install @dev", "@dev", None, False, "group"),
        ("dnf install php-8*", "php", "8*", False, "index"),
        ("zypper in a=1", "a", "1", True, "index"),
        ("pip install a==1.2", "a", "1.2", True, "index"),
        ("pip install 'a[x,y]==1.2; python_version>\"3\"'", "a", "1.2", True, "index"),
        ("pip install 'a>=1,<2'", "a", None, False, "index"),
        ("pip install a==1.*", "a", None, False, "index"),
        ("pip install a==$V", "a", None, True, "index"),
        ("pip install git+https://h/a.git@v1", None, "v1", False, "vcs"),
        ("pip install git+https://h/a.git@0123456789abcdef0123456789abcdef01234567", None,
         "0123456789abcdef0123456789abcdef01234567", True, "vcs"),
        ("pip install git+https://user@h/a.git", None, None, False, "vcs"),
        ("pip install https://h/a.whl", None, None, False, "url"),
        ("npm i git+https://user@h/a.git#v1", None, "v1", False, "vcs"),
        ("npm i git+https://user@h/a.git", None, None, False, "vcs"),
        ("npm i user/a#v1", None, "v1", False, "vcs"),
        ("npm i user/a", None, None, False, "vcs"),
        ("npm i a-1.2.tar", None, None, False, "path"),
        ("pip install .", None, None, False, "path"),
        ("pip install './x[dev]'", None, None, False, "path"),
        ("pip install dist/a.whl", None, None, False, "path"),
        ("pip install -e ./x", None, None, False, "path"),
        ("pip install 'a @ https://h/a.zip'", "a", None, False, "url"),
        ("conda install a=1.2=py3", "a", "1.2", True, "index"),
        ("conda install c::a", "a", None, False, "index"),
        ("npm i a@1.2.3", "a", "1.2.3", True, "index"),
        ("npm i a@^1", "a", "^1", False, "index"),
        ("npm i a@latest", "a", "latest", False, "index"),
        ("npm i @s/a@1.2.3", "@s/a", "1.2.3", True, "index"),
        ("npm i x@npm:y@1.0.0", "y", "1.0.0", True, "index"),
        ("npm i user/repo", None, None, False, "vcs"),
        ("npm i ./x", None, None, False, "path"),
        ("npm i a@$V", "a", None, True, "index"),
        ("gem install a -v 1.2", "a", "1.2", True, "index"),
        ("gem install a:1.2", "a", "1.2", True, "index"),
        ("composer require a/b:^1", "a/b", "^1", False, "index"),
        ("go install a.b/c@latest", "a.b/c", "latest", False, "index"),
        ("go install a.b/c@v1.2.3", "a.b/c", "v1.2.3", True, "index"),
        ("cargo install a --version 1.2", "a", "1.2", True, "index"),
        ("pecl install xdebug-3.1", "xdebug", "3.1", True, "index"),
        ("pecl install xdebug-beta", "xdebug-beta", None, False, "index"),
    ],
)  # fmt: skip
def test_a_package(text: str, name: str | None, version: str | None, pinned: bool, kind: str) -> None:
    (package,) = install(text).packages
    assert (package.name, package.version, package.pinned, package.kind) == (name, version, pinned, kind)


def test_places_of_packages_and_manifests() -> None:
    found = install('pip install -r requirements.txt --constraint=c.txt "a==1" b')
    assert [word.span.text for word in found.manifests] == ["requirements.txt"]
    assert [word.span.text for word in found.constraints] == ["c.txt"]
    assert [package.span.text for package in found.packages] == ['"a==1"', "b"]
    assert install("uv pip sync a.txt").manifests[0].span.text == "a.txt"
    assert (virtual := install("apk add --virtual .b gcc").virtual) is not None
    assert virtual.value == ".b"
    assert install("apt-get install a b").named("b", "c") is not None


@pytest.mark.parametrize(
    ("text", "yes"),
    [
        ("apt-get install -y x", True),
        ("apt-get -yqq install x", True),
        ("apt-get -qq install x", True),
        ("apt-get -q -q install x", True),
        ("apt-get -q=2 install x", True),
        ("apt-get -o APT::Get::Assume-Yes=true install x", True),
        ("apt-get -q install x", False),
        ("apt-get install x", False),
        ("dnf install x", False),
        ("yum -y install x", True),
        ("zypper install x", False),
        ("zypper -n install x", True),
        ("apk add x", True),
    ],
)
def test_assuming_yes(text: str, yes: bool) -> None:
    assert install(text).assumes_yes is yes


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("apt-get install --no-install-recommends x", True),
        ("apt-get -o APT::Install-Recommends=0 install x", True),
        ("apt-get install -o 'APT::Install-Recommends=\"false\"' x", True),
        ("apt-get install x", False),
        ("apt-get install --no-install-suggests x", False),
        ("zypper in --no-recommends x", True),
        ("dnf install --setopt=install_weak_deps=False x", True),
        ("dnf install x", False),
    ],
)
def test_recommended_packages(text: str, without: bool) -> None:
    assert install(text).without_recommended is without


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("pip install --no-cache-dir x", True),
        ("pip install x", False),
        ("PIP_NO_CACHE_DIR=1 pip install x", True),
        ("PIP_NO_CACHE_DIR=0 pip install x", True),
        ("PIP_NO_CACHE_DIR= pip install x", False),
        ("export PIP_NO_CACHE_DIR=1 && python -m pip install x", True),
        ("python -m pip install --no-cache-dir x", True),
        ("python -m pip --no-cache-dir install x", True),
        ("apk add --no-cache x", True),
        ("uv pip install --no-cache x", True),
        ("UV_NO_CACHE=1 uv sync", True),
        ("UV_NO_CACHE=0 uv sync", False),
    ],
)
def test_caches(text: str, without: bool) -> None:
    assert install(text).without_cache is without


def test_the_environment_counts() -> None:
    assert install("pip install x", PIP_NO_CACHE_DIR="1").without_cache
    assert install("npm ci", NODE_ENV="production").omits_dev


@pytest.mark.parametrize(
    ("text", "omits"),
    [
        ("npm ci", False),
        ("npm ci --omit=dev", True),
        ("npm ci --omit dev", True),
        ("npm install --production", True),
        ("npm install --production=false", False),
        ("npm install --only=production", True),
        ("npm install --only=prod", True),
        ("NODE_ENV=production npm ci", True),
        ("NODE_ENV=production npm ci --include=dev", False),
        ("NODE_ENV=development npm ci", False),
        ("NPM_CONFIG_PRODUCTION=true npm ci", True),
        ("yarn install --production", True),
        ("yarn workspaces focus --production", True),
        ("pnpm install --prod", True),
        ("pnpm i -P", True),
        ("bun install --production", True),
        ("uv sync --no-dev", True),
        ("uv sync", False),
        ("poetry install --without dev", True),
        ("poetry install --without=test,dev", True),
        ("poetry install --only main", True),
        ("composer install --no-dev", True),
        ("bundle install --without development", True),
        ("BUNDLE_WITHOUT=development:test bundle install", True),
    ],
)
def test_development_dependencies(text: str, omits: bool) -> None:
    assert install(text).omits_dev is omits


@pytest.mark.parametrize(
    ("text", "locked"),
    [
        ("npm ci", True),
        ("npm install", False),
        ("yarn install --frozen-lockfile", True),
        ("yarn --immutable", True),
        ("yarn install", False),
        ("YARN_ENABLE_IMMUTABLE_INSTALLS=1 yarn install", True),
        ("pnpm install --frozen-lockfile", True),
        ("uv sync --frozen", True),
        ("uv sync --locked", True),
        ("uv sync", False),
        ("cargo install --locked x", True),
        ("bundle install", False),
        ("BUNDLE_FROZEN=true bundle install", True),
    ],
)
def test_lock_files(text: str, locked: bool) -> None:
    assert install(text).locked is locked


@pytest.mark.parametrize(
    ("text", "project"),
    [
        ("npm ci", True),
        ("npm install", True),
        ("npm install x", False),
        ("npm install -g x", False),
        ("yarn", True),
        ("yarn add x", False),
        ("poetry install", True),
        ("uv sync", True),
        ("pip install -r r.txt", False),
        ("pip install .", False),
        ("bundle install", True),
        ("go mod download", True),
        ("go install x@v1", False),
    ],
)
def test_the_projects_own_manifest(text: str, project: bool) -> None:
    assert install(text).takes_project is project


def test_whole_machine() -> None:
    assert install("npm i -g x").is_global
    assert install("npm i --location=global x").is_global
    assert install("yarn global add x").is_global
    assert not install("npm i x").is_global
    assert install("apt-get install x").system
    assert install("apt-get install $X").uncertain
