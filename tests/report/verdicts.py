"""Fixed verdicts that the reports' golden files show."""

from __future__ import annotations

from collections.abc import Mapping

from deployflow_gate.lint.finding import Finding, Why
from deployflow_gate.lint.problem import Edit, Fix, Note
from deployflow_gate.lint.registry import RuleEntry
from deployflow_gate.lint.severity import Severity
from deployflow_gate.policy.verdict import Skipped, Verdict
from deployflow_gate.text import Source, Span

ERROR, WARNING, NOTICE = Severity

HOSTILE = (
    "a`b``c|d <img src=x> @team #1 ##[add-mask]x\n::error::y\r\x1b[31mred\u202egnp\u2028::set-env name=A::b "
    "[l](http://evil.example) ![i](http://evil.example/i) &lt; *b* https://evil.example www.evil.example "
    "</details> <!-- deployflow-gate:v1:x --> %0A::warning::z ]]> \x00 \ud800 \U000e0041"
)


def at(source: Source, text: str, count: int = 1) -> Span:
    """The span of the n-th occurrence of a text."""
    start = -1
    for _ in range(count):
        start = source.text.index(text, start + 1)
    return Span(source, start, start + len(text))


def finding(
    rule: str,
    severity: Severity,
    span: Span,
    message: str,
    *,
    notes: tuple[Note, ...] = (),
    fix: Fix | None = None,
    why: Why = Why("default"),  # noqa: B008  a frozen value
    suppressed: Why | None = None,
) -> Finding:
    print_of = f"{sum(map(ord, rule + span.path)) * 7919 + span.start:032x}"
    return Finding(rule, severity, span, message, notes, fix, print_of, why, suppressed)


def verdict(*findings: Finding, fail_on: Severity | None = ERROR, **more: object) -> Verdict:
    fields: dict[str, object] = {"policy": "deployflow", "policy_digest": "d" * 64} | more
    return Verdict(findings, fail_on, **fields)  # type: ignore[arg-type]


def empty() -> Verdict:
    return verdict(files=("Dockerfile", "compose.yaml"))


def typical() -> Verdict:
    dockerfile = Source(
        "api/Dockerfile",
        "FROM python:latest\n"
        "RUN apt-get update && \\\n    apt-get install -y \\\n\tcurl \\\n    git \\\n    jq\n"
        "COPY . /app\n"
        'CMD ["python", "/app/manage.py", "runserver"]\n',
    )
    compose = Source(
        "compose.yaml",
        "services:\n  api:\n    build: ./api\n    privileged: true\n    environment:\n      TITLE: 日本語のタイトル  # é\n",
    )
    workflow = Source(
        ".github/workflows/ci.yml", "on: push\njobs:\n  a:\n    steps:\n      - uses: actions/checkout@v4\n"
    )
    image, command = at(dockerfile, "python:latest"), at(dockerfile, 'CMD ["python", "/app/manage.py", "runserver"]')
    run = at(dockerfile, "RUN apt-get update && \\\n    apt-get install -y \\\n\tcurl \\\n    git \\\n    jq")
    return verdict(
        finding(
            "latest-image",
            ERROR,
            image,
            "The tag `latest` of `python` moves, so that two builds of one commit can differ.",
            why=Why("rules", ".github/deployflow.yml:12"),
        ),
        finding(
            "root-user",
            ERROR,
            command,
            "The image runs as root.",
            notes=(Note(at(compose, "build: ./api"), "The service `api` ships this stage."),),
            fix=Fix("Run as 10001", (Edit(Span(dockerfile, command.start, command.start), "USER 10001\n"),)),
        ),
        finding(
            "apt-lists-kept",
            WARNING,
            run,
            "The package lists stay in the layer.",
            fix=Fix(
                "Remove the package lists",
                (Edit(Span(dockerfile, run.end, run.end), " && rm -rf /var/lib/apt/lists/*"),),
                safe=True,
            ),
        ),
        finding("whole-context-copy", NOTICE, at(dockerfile, "COPY . /app"), "The whole context is copied."),
        finding(
            "privileged-container",
            ERROR,
            at(compose, "privileged: true"),
            "The service `api` has all capabilities of the host.",
            suppressed=Why("waiver", ".github/deployflow.yml:30", "needed until the new runner"),
        ),
        finding("unclear-title", WARNING, at(compose, "タイトル"), "The title is not `plain`."),
        finding(
            "unpinned-action",
            WARNING,
            at(workflow, "actions/checkout@v4"),
            "The action is not pinned.",
            suppressed=Why("inline", ".github/workflows/ci.yml:4", "ours"),
        ),
        finding(
            "missing-image-scan",
            NOTICE,
            Source("", "").whole,
            "No workflow scans the image.",
            suppressed=Why("pre-existing"),
        ),
        finding("missing-dockerignore", NOTICE, Source("", "").whole, "The context `api` has no `.dockerignore`."),
        files=("api/Dockerfile", "compose.yaml", ".github/workflows/ci.yml"),
        skipped=(Skipped("Dockerfile.j2", "It is a template (Jinja)."),),
        notes=("The policy of the pull request's base was used.",),
    )


def hostile() -> Verdict:
    """Every text that somebody else writes is an attack."""
    name = f"::x/{HOSTILE}"
    source = Source(name, f"{HOSTILE}\n::error::first\n\t{'x' * 300}TARGET{'y' * 300}\r\n{HOSTILE}\ne\u0301日{HOSTILE}")
    span = at(source, HOSTILE)
    return verdict(
        finding(
            "root-user",
            ERROR,
            span,
            HOSTILE,
            notes=(Note(span, HOSTILE),),
            fix=Fix(HOSTILE, (Edit(span, HOSTILE),)),
            why=Why("rules", HOSTILE, HOSTILE),
        ),
        finding("long-line", WARNING, at(source, "TARGET"), f"::error::{HOSTILE}"),
        finding("last-line", NOTICE, Span(source, len(source.text), len(source.text)), f"`{HOSTILE}`"),
        finding("waived", ERROR, span, HOSTILE, suppressed=Why("waiver", HOSTILE, HOSTILE)),
        files=(name, "##[group]x"),
        policy=HOSTILE,
        policy_digest="d" * 64,
        skipped=(Skipped(f"::{HOSTILE}", HOSTILE),),
        notes=(f"::error::{HOSTILE}",),
        incomplete=(f"::error::{HOSTILE}",),
    )


def incomplete() -> Verdict:
    broken = Source("Dockerfile.bad", "FROM debian:12\n\nRUN <<EOF\nnever ends\n")
    return verdict(
        finding("unparsable-file", ERROR, at(broken, "RUN <<EOF"), "The heredoc `EOF` does not end."),
        finding("coarse-image-version", NOTICE, at(broken, "debian:12"), "The tag `12` names only a major version."),
        fail_on=WARNING,
        files=("Dockerfile.bad", "compose.yaml"),
        incomplete=(
            "compose.yaml: The file is not UTF-8 text: line 3 has the byte 0xff. Save it as UTF-8.",
            "The rule `root-user` failed on Dockerfile.bad: KeyError.",
        ),
    )


VERDICTS = {"empty": empty, "typical": typical, "hostile": hostile, "incomplete": incomplete}

RULES: Mapping[str, RuleEntry] = {
    entry.name: entry
    for entry in (
        RuleEntry(
            "latest-image",
            "",
            "base",
            ERROR,
            True,
            "An image must name a tag that stays",
            aliases=("hadolint:DL3006", "hadolint:DL3007"),
        ),
        RuleEntry("root-user", "", "user", ERROR, True, "A shipped image must not run as root", fixable=True),
        RuleEntry("apt-lists-kept", "", "layers", WARNING, False, "Package lists must not stay in an image"),
    )
}
