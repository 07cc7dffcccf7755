"""What a call is, what it is answered with, and the table of functions that answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NoReturn

from tests.github.fake.permissions import Token
from tests.github.fake.shapes import Shapes
from tests.github.fake.state import Pull, Repository, User
from tests.github.fake.world import World

DOCUMENTATION = "https://docs.github.com/rest"
PER_PAGE = 30


class ApiError(Exception):
    """GitHub says no."""

    def __init__(self, status: int, message: str, errors: Sequence[object] = (), **headers: str) -> None:
        super().__init__(message)
        self.status = status
        self.body: dict[str, Any] = {"message": message, "documentation_url": DOCUMENTATION, "status": str(status)}
        if errors:
            self.body["errors"] = list(errors)
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


@dataclass
class Asked:
    """A request as it came. `faults` is filled with what is wrong with it; `path` is without the base path and still encoded."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Reply:
    """A good answer. `items` is a listing of which one page is to be given: as it is, or `within` an object under that name.
    `raw` is a body that is no JSON."""

    status: int = 200
    body: Any = None
    items: Sequence[Callable[[], Any]] | None = None
    within: str = ""
    raw: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Call:
    """A request that was found good, with what it is about."""

    world: World
    shapes: Shapes
    token: Token | None
    params: Mapping[str, str]
    query: Mapping[str, str]
    body: Any
    accept: str
    settings: Settings
    given_repository: Repository | None = None

    @property
    def repository(self) -> Repository:
        assert self.given_repository
        return self.given_repository

    @property
    def user(self) -> User:
        assert self.token
        return self.token.user

    @property
    def page(self) -> int:
        return int(self.query.get("page", "1"))

    @property
    def per_page(self) -> int:
        return min(int(self.query.get("per_page", PER_PAGE)), 100)

    @property
    def raw(self) -> bool:
        return "raw" in self.accept

    def pull(self, name: str = "pull_number") -> Pull:
        return self.repository.pulls.get(int(self.params[name])) or not_found()

    def commit(self, ref: str) -> str:
        """The commit that a name means. Raises 422 as GitHub does."""
        sha = self.repository.resolve(ref)
        if sha is None:
            raise ApiError(422, f"No commit found for SHA: {ref}")
        return sha


@dataclass
class Settings:
    """Sizes at which GitHub cuts, to be set small by a test. `hourly` is the number of requests in an hour (None: that of the
    kind of token). Holding our own answers against the description takes most of our time; `answers_judged` turns it off."""

    tree_entries: int = 100_000
    pull_files: int = 3_000
    comparison_files: int = 300
    contents_bytes: int = 1_000_000
    directory_entries: int = 1_000
    hourly: int | None = None
    answers_judged: bool = True


Handler = Callable[[Call], Reply]
ROUTES: dict[tuple[str, str], Handler] = {}
REPOSITORY = "/repos/{owner}/{repo}"


def route(method: str, template: str) -> Callable[[Handler], Handler]:
    """Answer an operation of a repository (a template that begins with `~`) or another with the decorated function."""

    def register(handler: Handler) -> Handler:
        ROUTES[method, template.replace("~", REPOSITORY)] = handler
        return handler

    return register


def not_found() -> NoReturn:
    raise ApiError(404, "Not Found")


def listing(items: Sequence[Any], shape: Callable[[Any], Any], *, within: str = "") -> Reply:
    """A list of which the page that was asked for will be shaped."""
    return Reply(items=[partial(shape, item) for item in items], within=within)
