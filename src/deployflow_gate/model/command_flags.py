"""Which flags of which tool take the next word as their value, from each tool's own manual.

A tool that is not listed has no such flag. Where subcommands differ (`docker build`, `docker run`) the table holds all of them.
"""

from __future__ import annotations

from functools import cache

_TABLE = """
apt-get apt: -a -c -o -P -t --build-profiles --config-file --default-release --host-architecture --option
    --target-release --with-source
aptitude: -a -c -F -o -O -P -t -w --add-user-tag --build-profiles --config-file --default-release --display-format
    --host-architecture --option --sort --target-release --user-tag --width --with-source
apk: -p -t -X --arch --cache-dir --cache-max-age --keys-dir --progress-fd --repositories-file --repository --root
    --timeout --virtual --wait
dnf dnf5 microdnf yum tdnf: -c -d -e -R -x --advisory --bz --color --comment --config --cve --debuglevel --destdir
    --disablerepo --downloaddir --enablerepo --errorlevel --exclude --excludepkgs --forcearch --installroot
    --randomwait --releasever --repo --repofrompath --repoid --rpmverbosity --sec-severity --setopt
zypper: -c -C -D -p -r -R -t --cache-dir --config --from --installroot --pkg-cache-dir --plus-content --plus-repo
    --raw-cache-dir --releasever --repo --reposd-dir --root --solv-cache-dir --type
gdebi: -o --option --root
pacman: -b -r --arch --assume-installed --cachedir --color --config --dbpath --gpgdir --hookdir --ignore --ignoregroup
    --logfile --overwrite --print-format --root --sysroot
pip wheel: -b -c -C -d -e -f -i -r -t -w --abi --build --build-option --cache-dir --cert --client-cert
    --config-settings --constraint --dest --editable --exists-action --extra-index-url --find-links --global-option
    --group --implementation --index-url --install-option --keyring-provider --log --no-binary --only-binary
    --platform --prefix --progress-bar --proxy --python --python-version --report --requirement --retries --root
    --root-user-action --src --target --timeout --trusted-host --upgrade-strategy --use-deprecated --use-feature
    --wheel-dir
uv uvx: -b -c -C -e -f -i -m -P -p -r -t --allow-insecure-host --bounds --branch --build-constraint
    --build-constraints --cache-dir --color --config-file --config-setting --config-settings --constraint
    --constraints --default-index --directory --editable --env-file --exclude-newer --extra --extra-index-url
    --find-links --fork-strategy --from --group --index --index-strategy --index-url --keyring-provider --link-mode
    --marker --module --no-binary --no-binary-package --no-build-package --no-group --no-install-package --only-binary
    --only-group --optional --override --overrides --package --prefix --prerelease --project --python
    --python-platform --python-preference --python-version --refresh-package --reinstall-package --requirement
    --requirements --resolution --rev --tag --target --torch-backend --trusted-host --upgrade-package --with
    --with-editable --with-requirements
pipx: -i -p --editable-path --fetch-missing-python --index-url --pip-args --preinstall --python --spec --suffix
poetry: -C -E -f -G -o -P --directory --extras --format --group --only --output --project --python --source --with
    --without
pipenv: -e -i -r --categories --editable --extra-pip-args --index --pypi-mirror --python --requirements
pdm: -c -G -L -p -x --config --group --lockfile --project --venv
conda mamba micromamba: -c -f -n -p -r --channel --clone --cwd --download-only-dir --experimental-solver --file --name
    --platform --prefix --rc-file --repodata-fn --revision --root-prefix --solver --subdir
npm npx: -c -C -p -w --access --also --audit-level --auth-type --before --cache --call --cpu --depth --fetch-retries
    --fetch-retry-maxtimeout --fetch-retry-mintimeout --fetch-timeout --globalconfig --include --install-strategy
    --libc --loglevel --maxsockets --node-options --omit --only --os --otp --package --prefix --registry --scope
    --script-shell --tag --userconfig --workspace
yarn: --cache-folder --child-concurrency --cwd --emoji --global-folder --https-proxy --mode --modules-folder --mutex
    --network-concurrency --network-timeout --otp --preferred-cache-folder --prefix --proxy --registry --use-yarnrc
pnpm pnpx: -C -F --cache-dir --child-concurrency --dir --fetch-retries --fetch-timeout --filter --filter-prod
    --global-bin-dir --global-dir --lockfile-dir --loglevel --modules-dir --network-concurrency --node-linker
    --package-import-method --registry --reporter --state-dir --store-dir --tag --virtual-store-dir
    --workspace-concurrency
bun bunx: -c --backend --ca --cache-dir --cafile --concurrent-scripts --config --cwd --filter --network-concurrency
    --omit --registry
gem: -B -i -n -p -P -s -v --bindir --build-root --bulk-threshold --config-file --http-proxy --install-dir --platform
    --source --target-rbconfig --trust-policy --version --without
bundle: -g -j -r -v --binstubs --gemfile --group --jobs --path --retry --shebang --source --target-rbconfig
    --trust-policy --version --with --without
composer: -d --apcu-autoloader-prefix --audit-format --ignore-platform-req --prefer-install --working-dir
go: -C -o -p -asmflags -bench -buildmode -compiler -count -covermode -coverpkg -exec -gcflags -ldflags -mod -modfile
    -overlay -pkgdir -run -tags -timeout -toolexec
cargo: -C -F -j -p -Z --bin --branch --color --config --example --exclude --features --git --index --jobs
    --manifest-path --message-format --package --path --profile --registry --rev --root --tag --target --target-dir
    --vers --version
luarocks: --local-tree --lua-dir --lua-version --only-server --only-sources --project-tree --server --timeout --tree
cpanm: -l -L -M --cpanfile --from --installdeps-from --local-lib --local-lib-contained --mirror
cpan: -F -j -M
curl: -A -b -C -c -D -d -e -E -F -H -K -m -o -r -T -u -U -w -x -X -y -Y -z --aws-sigv4 --cacert --capath --cert
    --cert-type --ciphers --config --connect-timeout --continue-at --cookie --cookie-jar --create-file-mode --data
    --data-binary --data-raw --data-urlencode --dns-servers --dump-header --form --header --interface --json --key
    --key-type --limit-rate --max-filesize --max-redirs --max-time --noproxy --oauth2-bearer --output --output-dir
    --pass --pinnedpubkey --proto --proto-default --proto-redir --proxy --proxy-user --range --rate --referer
    --request --resolve --retry --retry-delay --retry-max-time --speed-limit --speed-time --time-cond --tls-max
    --unix-socket --upload-file --url --user --user-agent --write-out
wget: -A -a -B -D -e -i -l -o -O -P -Q -R -t -T -U -w --accept --append-output --base --bind-address --body-data
    --body-file --ca-certificate --ca-directory --certificate --connect-timeout --directory-prefix --dns-timeout
    --domains --execute --header --http-password --http-user --input-file --level --limit-rate --load-cookies
    --max-redirect --method --output-document --output-file --password --post-data --post-file --private-key
    --progress --quota --read-timeout --reject --retry-on-http-error --save-cookies --secure-protocol --timeout
    --tries --user --user-agent --wait --waitretry
git: -b -c -C -j -m -o -u --branch --depth --filter --git-dir --jobs --message --namespace --origin --reference
    --shallow-since --template --upload-pack --work-tree
docker podman buildah docker-compose: -c -e -f -H -l -m -o -p -t -u -v -w --add-host --allow --annotation --ansi
    --attest --build-arg --build-context --builder --cache-from --cache-to --call --cap-add --cap-drop --cgroup-parent
    --config --context --cpu-shares --cpus --device --dns --driver --driver-opt --entrypoint --env --env-file --expose
    --file --gpus --health-cmd --health-interval --health-retries --health-timeout --host --hostname --iidfile --ip
    --ipc --isolation --label --link --log-driver --log-level --log-opt --memory --memory-swap --metadata-file --mount
    --name --net --network --output --password --pid --platform --profile --progress --project-directory
    --project-name --publish --pull-policy --restart --runtime --secret --security-opt --set --shm-size --ssh
    --stop-signal --tag --target --tmpfs --ulimit --user --username --volume --volumes-from --workdir
gunicorn: -b -c -e -g -k -m -n -p -t -u -w --access-logfile --access-logformat --backlog --bind --ca-certs --cert-reqs
    --certfile --chdir --ciphers --config --control-socket --env --error-logfile --forwarded-allow-ips
    --graceful-timeout --group --keep-alive --keyfile --limit-request-line --log-config --log-config-json --log-file
    --log-level --logger-class --max-requests --max-requests-jitter --name --paste --pid --proxy-allow-from
    --pythonpath --ssl-version --statsd-host --threads --timeout --umask --user --worker-class --worker-connections
    --worker-tmp-dir --workers
uvicorn: --app-dir --backlog --env-file --fd --forwarded-allow-ips --h11-max-incomplete-event-size --header --host
    --http --interface --lifespan --limit-concurrency --limit-max-requests --log-config --log-level --loop --port
    --reload-delay --reload-dir --reload-exclude --reload-include --root-path --ssl-ca-certs --ssl-cert-reqs
    --ssl-certfile --ssl-ciphers --ssl-keyfile --ssl-keyfile-password --ssl-version --timeout-graceful-shutdown
    --timeout-keep-alive --uds --workers --ws --ws-max-queue --ws-max-size --ws-ping-interval --ws-ping-timeout
hypercorn: -b -c -k -p -w --access-logfile --backlog --bind --ca-certs --certfile --config --error-logfile
    --graceful-timeout --insecure-bind --keep-alive --keyfile --log-config --log-file --log-level --pid --quic-bind
    --root-path --worker-class --workers
daphne: -b -e -p -t -u -v --access-log --application-close-timeout --bind --endpoint --fd --http-timeout
    --ping-interval --ping-timeout --port --root-path --server-name --unix-socket --verbosity --websocket_timeout
granian: --backlog --blocking-threads --host --http --interface --log-config --log-level --loop --port --process-name
    --runtime-threads --ssl-certificate --ssl-keyfile --url-path-prefix --workers
waitress-serve: --connection-limit --host --listen --port --threads --unix-socket --url-prefix --url-scheme
uwsgi: -H -p -s -w --buffer-size --callable --chdir --env --gid --harakiri --home --http --http-socket --https --ini
    --json --listen --logto --master-fifo --module --mount --pidfile --plugin --plugins --processes --pythonpath
    --socket --static-map --stats --threads --uid --venv --workers --wsgi-file --xml --yaml
flask: -A -e -h -p --app --cert --env-file --exclude-patterns --extra-files --host --key --port
fastapi: -e --app --entrypoint --forwarded-allow-ips --host --port --reload-dir --root-path --workers
streamlit: --logger.level --server.address --server.baseUrlPath --server.headless --server.port --theme.base
celery: -A -b -c -f -l -n -P -Q -S -s --address --app --broker --concurrency --config --hostname --logfile --loglevel
    --max-tasks-per-child --pidfile --pool --port --queues --result-backend --schedule --scheduler --workdir
python: -c -m -W -X --check-hash-based-pycs
node nodejs: -C -e -p -r --conditions --env-file --eval --experimental-loader --import --input-type --loader --print
    --require --title
next: -H -p --hostname --keepAliveTimeout --port
nuxt nuxi: -H -h -p --host --hostname --port
vite: -c -l -m -p --base --config --logLevel --mode --outDir --port
serve: -c -l -p --config --listen --ssl-cert --ssl-key --ssl-pass
http-server: -a -c -C -e -K -p -P -t --cert --ext --key --port --proxy
nodemon: -d -e -i -w -x --delay --exec --ext --ignore --signal --watch
pm2-runtime pm2: -e -i -l -n -o --env --error --instances --interpreter --log --max-memory-restart --name --node-args
    --only --output
java: -m -p --add-exports --add-modules --add-opens --add-reads --class-path --module --module-path -classpath -cp
    -jar
nginx: -c -e -g -p -s
caddy: -a -c -d -l -r --adapter --config --domain --from --listen --pingback --root --to
php: -B -c -d -E -F -f -r -R -S -t -z
rails: -b -c -e -p -P -u --binding --config --environment --pid --port --using
puma: -b -C -e -p -S -t -w --bind --config --control-token --control-url --dir --environment --pidfile --port --state
    --tag --threads --workers
rackup: -E -I -o -O -p -P -r -s --env --host --include --pid --port --require --server
unicorn: -c -E -I -l -o -p -r --config-file --env --host --include --listen --port --require
deno: -c -L --cert --config --env-file --host --import-map --location --lock --log-level --port --seed
chown: --from --reference
chmod: --reference
mkdir: -m --mode
useradd: -b -c -d -e -f -g -G -K -k -P -p -R -s -u -Z --base-dir --comment --expiredate --gid --groups --home-dir
    --inactive --key --password --prefix --root --selinux-user --shell --skel --uid
adduser: -g -G -h -k -s -u --comment --conf --firstuid --gecos --gid --home --ingroup --lastuid --shell --uid
usermod: -c -d -e -f -g -G -l -p -R -s -u -v -V -w -W -Z --comment --expiredate --gid --groups --home --inactive --login
    --password --root --shell --uid
gpasswd: -a -A -d -M -Q --add --administrators --delete --members --root
groupmod: -g -n -p -R -U --gid --new-name --password --root --users
groupadd: -g -K -p -P -R -U --gid --key --password --prefix --root --users
addgroup: -g --conf --firstgid --gid --lastgid
tar: -C -f -I -T -X --directory --exclude --exclude-from --file --files-from --group --mode --owner --strip-components
    --transform --use-compress-program
install: -g -m -o -S -t --group --mode --owner --suffix --target-directory
tail: -c -n -s --bytes --lines --pid --sleep-interval
head: -c -n --bytes --lines
sed: -e -f -l --expression --file --line-length
grep: -A -B -C -d -D -e -f -m --exclude --exclude-dir --file --include --max-count --regexp
su: -c -g -G -s --command --group --shell --supp-group
runuser: -c -g -G -s -u --command --group --shell --supp-group --user
ruby: -C -E -e -I -r
perl: -E -e -I -M
sh bash dash ash zsh ksh: +o +O -o -O --init-file --rcfile
"""

_NONE: frozenset[str] = frozenset()

_INTERPRETERS = "python node nodejs php java ruby perl sh bash dash ash zsh ksh npx uvx bunx pnpx"
INTERPRETERS = frozenset(_INTERPRETERS.split())
"""Tools whose own flags end at the first operand: what follows belongs to the program they run."""

_VERSIONED = ("pip", "python", "php", "gem", "bundle", "luarocks", "ruby", "perl", "pypy")
"""Tools that are also found with a version behind their name."""


@cache
def _flags() -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for entry in _TABLE.replace("\n    ", " ").strip().splitlines():
        tools, _, flags = entry.partition(": ")
        found.update(dict.fromkeys(tools.split(), frozenset(flags.split())))
    return found


def stem(name: str) -> str:
    """`pip` of `pip3.11`; other names as they are."""
    bare = name.rstrip("0123456789.-")
    return bare if bare in _VERSIONED else name


def value_flags(name: str | None) -> frozenset[str]:
    """The flags of a tool (named without path, version or .exe) that take the next word as their value."""
    return _flags().get(stem(name), _NONE) if name else _NONE


def interprets(name: str | None) -> bool:
    """Whether the tool runs a program that its first operand names."""
    return name is not None and stem(name) in INTERPRETERS
