"""Facts about widespread images: what they are built on, whom they run as, which tools, ports and data folders they have.

From the images' own Dockerfiles and documentation, as of 2025. Only what is sure is written down; None stands for the rest, and
for what differs between versions. An image that is not here is not known to be anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from deployflow_gate.record import dataclass

if TYPE_CHECKING:
    from deployflow_gate.model.imageref import ImageRef

Sort = Literal["distro", "language", "database", "queue", "server", "application", "monitoring", "tool"]

PACKAGE_MANAGERS = {
    "debian": "apt-get", "ubuntu": "apt-get", "kali": "apt-get",
    "alpine": "apk",
    "fedora": "dnf", "rhel": "dnf", "rhel-minimal": "microdnf", "photon": "tdnf",
    "opensuse": "zypper", "arch": "pacman",
    "busybox": None, "none": None,
}  # fmt: skip
"""What each distribution installs with; None where it has nothing to install with."""

_CODENAMES = {
    "debian": ("stretch", "buster", "bullseye", "bookworm", "trixie", "forky", "sid"),
    "ubuntu": ("xenial", "bionic", "focal", "jammy", "noble"),
}


@dataclass(frozen=True, slots=True)
class KnownImage:
    """One image on its default tag.

    `distro` is a key of PACKAGE_MANAGERS, "buildpack" adds Debian's compilers, curl and wget. `variants`: the smaller ones it has
    ("slim", "alpine"). `user`: the image's USER, "root" if none is set. `steps_down`: it starts as root, and its entrypoint
    goes on as another user. `ports` are what it listens on, `data` the folders whose loss is a loss of data.
    """

    name: str
    sort: Sort
    distro: str | None = None
    variants: frozenset[str] = frozenset()
    user: str | None = None
    steps_down: bool = False
    ports: tuple[int, ...] = ()
    data: tuple[str, ...] = ()
    curl: bool | None = None
    wget: bool | None = None
    language: str | None = None


def _image(name: str, sort: Sort, distro: str | None = None, variants: str = "", **facts: object) -> KnownImage:
    return KnownImage(name, sort, distro, frozenset(variants.split()), **facts)  # type: ignore[arg-type]


def _language(name: str, distro: str | None, variants: str = "", *, language: str = "", **facts: object) -> KnownImage:
    full = distro == "buildpack"
    tools = {"curl": True, "wget": True} if full else {}
    return _image(name, "language", distro, variants, user="root", language=language or name, **{**tools, **facts})


_ROWS = (
    # distributions
    _image("debian", "distro", "debian", "slim", user="root", curl=False, wget=False),
    _image("ubuntu", "distro", "ubuntu", user="root", curl=False, wget=False),
    _image("alpine", "distro", "alpine", user="root", curl=False, wget=True),
    _image("busybox", "distro", "busybox", user="root", curl=False, wget=True),
    _image("fedora", "distro", "fedora", user="root", curl=True),
    _image("centos", "distro", None, user="root", curl=True),
    _image("rockylinux", "distro", "rhel", user="root", curl=True),
    _image("rockylinux/rockylinux", "distro", "rhel", user="root", curl=True),
    _image("almalinux", "distro", "rhel", user="root", curl=True),
    _image("oraclelinux", "distro", None, "slim", user="root"),
    _image("amazonlinux", "distro", None, user="root", curl=True),
    _image("archlinux", "distro", "arch", user="root", curl=True),
    _image("photon", "distro", "photon", user="root"),
    _image("opensuse/leap", "distro", "opensuse", user="root"),
    _image("opensuse/tumbleweed", "distro", "opensuse", user="root"),
    _image("kalilinux/kali-rolling", "distro", "kali", user="root"),
    _image("buildpack-deps", "distro", "buildpack", user="root", curl=True, wget=True),
    *(
        _image(f"registry.access.redhat.com/{ubi}/{kind}", "distro", distro, user="root", curl=True)
        for ubi in ("ubi8", "ubi9")
        for kind, distro in (("ubi", "rhel"), ("ubi-minimal", "rhel-minimal"))
    ),
    # languages
    _language("python", "buildpack", "slim alpine"),
    _language("node", "buildpack", "slim alpine", language="javascript"),
    _language("ruby", "buildpack", "slim alpine"),
    _language("golang", "buildpack", "alpine", language="go"),
    _language("rust", "buildpack", "slim alpine"),
    _language("elixir", "buildpack", "slim alpine"),
    _language("erlang", "buildpack", "slim alpine"),
    _language("perl", "buildpack", "slim"),
    _language("gcc", "buildpack", language="c"),
    _language("pypy", "buildpack", "slim", language="python"),
    _language("php", "debian", "alpine", curl=True, wget=False),
    _language("swift", "ubuntu", "slim"),
    _language("openjdk", None, "slim", language="java"),
    _language("eclipse-temurin", "ubuntu", "alpine", language="java"),
    _language("amazoncorretto", None, "alpine", language="java"),
    _language("maven", "ubuntu", "alpine", language="java"),
    _image("gradle", "language", "ubuntu", "alpine", language="java"),
    _language("haskell", "debian", "slim"),
    _language("r-base", "debian", language="r"),
    _language("composer", "alpine", language="php"),
    _image("oven/bun", "language", "debian", "slim alpine", language="javascript"),
    _image("denoland/deno", "language", "debian", "alpine", language="javascript"),
    # databases, caches and queues
    _image("postgres", "database", "debian", "alpine", user="root", steps_down=True, ports=(5432,),
           data=("/var/lib/postgresql/data", "/var/lib/postgresql")),
    _image("postgis/postgis", "database", "debian", "alpine", user="root", steps_down=True, ports=(5432,),
           data=("/var/lib/postgresql/data", "/var/lib/postgresql")),
    _image("pgvector/pgvector", "database", "debian", user="root", steps_down=True, ports=(5432,),
           data=("/var/lib/postgresql/data", "/var/lib/postgresql")),
    _image("timescale/timescaledb", "database", "alpine", ports=(5432,), data=("/var/lib/postgresql/data",)),
    _image("mysql", "database", None, user="root", steps_down=True, ports=(3306,), data=("/var/lib/mysql",)),
    _image("mariadb", "database", "ubuntu", user="root", steps_down=True, ports=(3306,), data=("/var/lib/mysql",)),
    _image("percona", "database", None, ports=(3306,), data=("/var/lib/mysql",)),
    _image("mongo", "database", "ubuntu", user="root", steps_down=True, ports=(27017,), data=("/data/db",)),
    _image("redis", "database", "debian", "alpine", user="root", steps_down=True, ports=(6379,), data=("/data",)),
    _image("valkey/valkey", "database", "debian", "alpine", user="root", steps_down=True, ports=(6379,), data=("/data",)),
    _image("redis/redis-stack-server", "database", None, ports=(6379,), data=("/data",)),
    _image("memcached", "database", "debian", "alpine", user="memcache", ports=(11211,)),
    _image("cassandra", "database", "ubuntu", user="root", steps_down=True, ports=(9042,), data=("/var/lib/cassandra",)),
    _image("couchdb", "database", "debian", user="root", steps_down=True, ports=(5984,), data=("/opt/couchdb/data",)),
    _image("couchbase", "database", "ubuntu", ports=(8091,), data=("/opt/couchbase/var",)),
    _image("neo4j", "database", None, ports=(7474, 7687), data=("/data",)),
    _image("influxdb", "database", "debian", "alpine", ports=(8086,), data=("/var/lib/influxdb2", "/var/lib/influxdb")),
    _image("clickhouse/clickhouse-server", "database", "ubuntu", "alpine", ports=(8123, 9000), data=("/var/lib/clickhouse",)),
    _image("elasticsearch", "database", None, ports=(9200, 9300), data=("/usr/share/elasticsearch/data",)),
    _image("docker.elastic.co/elasticsearch/elasticsearch", "database", None, ports=(9200, 9300),
           data=("/usr/share/elasticsearch/data",)),
    _image("opensearchproject/opensearch", "database", None, user="1000", ports=(9200, 9300),
           data=("/usr/share/opensearch/data",)),
    _image("solr", "database", "ubuntu", user="solr", ports=(8983,), data=("/var/solr",)),
    _image("mcr.microsoft.com/mssql/server", "database", "ubuntu", user="mssql", ports=(1433,), data=("/var/opt/mssql",)),
    _image("cockroachdb/cockroach", "database", "rhel-minimal", ports=(26257, 8080), data=("/cockroach/cockroach-data",)),
    _image("minio/minio", "database", None, ports=(9000,), data=("/data",)),
    _image("zookeeper", "database", None, ports=(2181,), user="root", steps_down=True, data=("/data", "/datalog")),
    _image("rabbitmq", "queue", "ubuntu", "alpine", user="root", steps_down=True, ports=(5672,), data=("/var/lib/rabbitmq",)),
    _image("apache/kafka", "queue", "alpine", user="appuser", ports=(9092,),
           data=("/var/lib/kafka/data", "/tmp/kraft-combined-logs")),  # noqa: S108 - where it writes unless it is told
    _image("confluentinc/cp-kafka", "queue", "rhel-minimal", user="appuser", ports=(9092,), data=("/var/lib/kafka/data",)),
    _image("nats", "queue", "none", "alpine", ports=(4222,)),
    _image("eclipse-mosquitto", "queue", "alpine", ports=(1883,), data=("/mosquitto/data",)),
    # servers
    _image("nginx", "server", "debian", "alpine", user="root", ports=(80,), curl=True),
    _image("nginxinc/nginx-unprivileged", "server", "debian", "alpine", user="101", ports=(8080,), curl=True),
    _image("httpd", "server", "debian", "alpine", user="root", ports=(80,)),
    _image("caddy", "server", "alpine", user="root", ports=(80, 443), data=("/data",)),
    _image("traefik", "server", None, user="root", ports=(80,)),
    _image("haproxy", "server", "debian", "alpine"),
    _image("tomcat", "server", "ubuntu", user="root", ports=(8080,)),
    _image("jetty", "server", None, "alpine", user="jetty", ports=(8080,)),
    _image("registry", "server", "alpine", user="root", ports=(5000,), data=("/var/lib/registry",)),
    # applications
    _image("wordpress", "application", "debian", user="root", ports=(80,), data=("/var/www/html",), curl=True),
    _image("nextcloud", "application", "debian", user="root", ports=(80,), data=("/var/www/html",), curl=True),
    _image("drupal", "application", "debian", user="root", ports=(80,), curl=True),
    _image("ghost", "application", "debian", "alpine", user="root", steps_down=True, ports=(2368,),
           data=("/var/lib/ghost/content",)),
    _image("adminer", "application", "alpine", user="adminer", ports=(8080,)),
    _image("phpmyadmin", "application", "debian", user="root", ports=(80,), curl=True),
    _image("dpage/pgadmin4", "application", "alpine", ports=(80,), data=("/var/lib/pgadmin",)),
    _image("jenkins/jenkins", "application", "debian", user="jenkins", ports=(8080, 50000), data=("/var/jenkins_home",)),
    _image("sonatype/nexus3", "application", None, user="nexus", ports=(8081,), data=("/nexus-data",)),
    _image("quay.io/keycloak/keycloak", "application", "none", user="1000", ports=(8080,), curl=False, wget=False),
    _image("apache/airflow", "application", "debian", user="airflow", ports=(8080,)),
    _image("n8nio/n8n", "application", "alpine", user="node", ports=(5678,), data=("/home/node/.n8n",)),
    _image("gitea/gitea", "application", "alpine", user="root", steps_down=True, ports=(3000, 22), data=("/data",)),
    # monitoring
    _image("prom/prometheus", "monitoring", "busybox", user="nobody", ports=(9090,), data=("/prometheus",), wget=True),
    _image("prom/alertmanager", "monitoring", "busybox", user="nobody", ports=(9093,), data=("/alertmanager",), wget=True),
    _image("prom/node-exporter", "monitoring", "busybox", user="nobody", ports=(9100,), wget=True),
    _image("grafana/grafana", "monitoring", "alpine", user="472", ports=(3000,), data=("/var/lib/grafana",)),
    _image("grafana/loki", "monitoring", None, user="10001", ports=(3100,)),
    _image("docker.elastic.co/kibana/kibana", "monitoring", None, ports=(5601,)),
    _image("kibana", "monitoring", None, ports=(5601,)),
    # tools
    _image("docker", "tool", "alpine", user="root", wget=True),
    _image("curlimages/curl", "tool", "alpine", user="curl_user", curl=True, wget=True),
)  # fmt: skip

_BY_NAME = {row.name: row for row in _ROWS}

_MIRRORS = ("public.ecr.aws/docker/library/", "mirror.gcr.io/library/")
"""Registries that serve Docker Hub's official images as they are."""

_OTHER_BASES = (
    "amazoncorretto", "corretto", "azurelinux", "cbl", "centos", "chiseled", "fedora", "ibm", "mariner", "nanoserver", "open",
    "oracle", "rhel", "rocky", "sap", "ubi", "windows",
)  # fmt: skip
"""Starts of suffixes by which an image leaves its usual distribution for one that is not told here."""

_CHAINGUARD_NONROOT = frozenset(
    {"static", "glibc-dynamic", "cc-dynamic", "python", "node", "nginx", "jre", "ruby", "php"}
)
_BITNAMI_OTHERS = frozenset({"minideb"})


_UV = frozenset({"ghcr.io/astral-sh/uv", "astral/uv"})
"""uv on other images, by the tag: `python3.13-bookworm-slim` and `0.9.12-python3.13-alpine` are the official ones of Python.
https://docs.astral.sh/uv/guides/integration/docker/#available-images"""


def known_image(name: str, tag: str | None = None) -> KnownImage | None:
    """The facts of an image by its name (`ImageRef.name`), through known mirrors of the official ones."""
    for mirror in _MIRRORS:
        name = name.removeprefix(mirror)
    if name in _UV:
        on_python = tag is not None and any(part.startswith("python3") for part in tag.split("-"))
        return _BY_NAME["python"] if on_python else None
    return _BY_NAME.get(name)


def distro_of(ref: ImageRef) -> str | None:
    """The distribution under an image, its tag taken into account; a key of PACKAGE_MANAGERS, or None if not sure."""
    known = ref.known
    for suffix in ref.suffixes:
        if suffix.startswith("alpine"):
            return "alpine"
        for distro, codenames in _CODENAMES.items():
            if suffix == distro or suffix in codenames:
                return distro
        if suffix.startswith(_OTHER_BASES):
            return None
    if ref.name is not None and ref.name.startswith("gcr.io/distroless/"):
        return "none"
    if known is None or ("tag" in ref.unknown and known.sort != "distro"):
        return None
    return "debian" if known.distro == "buildpack" else known.distro


def package_manager(ref: ImageRef) -> str | None:
    """`apt-get`, `apk`, `dnf`, … of an image, or None if it has none or that is not known."""
    return PACKAGE_MANAGERS.get(distro_of(ref) or "none")


def default_user(ref: ImageRef) -> str | None:
    """The USER that an image sets, "root" if surely none, None if not known."""
    name, known = ref.name, ref.known
    if name is None:
        return None
    if name.startswith("gcr.io/distroless/"):
        if "tag" in ref.unknown:
            return None
        return "nonroot" if ref.tag is not None and "nonroot" in ref.tag.split("-") else "root"
    if known is not None:
        return None if known.sort == "tool" and "rootless" in (ref.tag or "") else known.user
    publisher, _, product = name.rpartition("/")
    if publisher in {"bitnami", "bitnamilegacy"} and product not in _BITNAMI_OTHERS:
        return "1001"
    if publisher == "cgr.dev/chainguard" and product in _CHAINGUARD_NONROOT:
        return "65532"
    return None


def has_tool(ref: ImageRef, tool: Literal["curl", "wget"]) -> bool | None:
    """Whether an image has curl or wget (busybox's counts), None if not known."""
    known, distro = ref.known, distro_of(ref)
    if "tag" in ref.unknown:
        return None
    if known is None:
        # of those without a row only distroless is sure; its debug images have busybox
        return False if distro == "none" and "debug" not in (ref.tag or "") else None
    if distro is None and any(suffix.startswith(_OTHER_BASES) for suffix in ref.suffixes):
        return None
    if distro == "alpine" and known.distro != "alpine":
        if tool == "wget":
            return True
        if "slim" in ref.suffixes:
            return None
        return _CURL_ON_ALPINE.get(known.name)
    if "slim" in ref.suffixes:
        # without the compilers' packages; only of languages is it known that they add nothing of their own
        return False if known.name == "debian" or (known.distro == "buildpack" and distro == "debian") else None
    return known.curl if tool == "curl" else known.wget


_CURL_ON_ALPINE = {
    "php": True, "nginx": True, "nginxinc/nginx-unprivileged": True,
    "python": False, "node": False, "ruby": False, "golang": False, "redis": False, "postgres": False,
}  # fmt: skip


_WITH_HEALTHCHECK = frozenset({"kong", "minio/minio"})
"""Images that have a HEALTHCHECK of their own, or had one in some versions."""

_WITHOUT_HEALTHCHECK = (
    "gcr.io/distroless/",
    "cgr.dev/chainguard/",
    "mcr.microsoft.com/dotnet/",
    "registry.access.redhat.com/ubi",
)
"""Families of images none of which has a HEALTHCHECK."""


def has_healthcheck(ref: ImageRef) -> bool | None:
    """Whether an image has a HEALTHCHECK of its own: False for Docker's official images and others that surely have none, else
    None. (Docker's guidelines for official images are against one.)"""
    name = ref.name
    if name is None or name in _WITH_HEALTHCHECK:
        return None
    if ref.known is not None or ref.official or name.startswith((*_WITHOUT_HEALTHCHECK, *_MIRRORS)):
        return False
    return None
