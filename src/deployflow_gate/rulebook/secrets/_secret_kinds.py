"""The kinds of keys and tokens that can be told by their form, each as its vendor documents it.

A kind is found by a literal piece of it first (a plain search, as fast as the text can be read), and only then held against its pattern.
Every pattern is bounded, so that no text makes the scan slow.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from math import log2
from os.path import commonprefix

from deployflow_gate.record import dataclass
from deployflow_gate.regex import regex

_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_LEAST_ENTROPY = 3.0
"""Bits a character, below which a token of 20 characters or more was typed by a person: `xxxx…`, `abcabc…`."""

_MOST_FOUND = 200
"""Findings of one text; a file with more of them is a list of tokens, and says nothing new with the next."""


@dataclass(frozen=True, slots=True)
class Kind:
    """`literals` are the pieces of which one is in every such secret, at most `before` characters behind its start; a group of
    the pattern narrows it to the secret itself. `valid` looks at what a pattern cannot say."""

    name: str
    literals: tuple[str, ...]
    pattern: re.Pattern[str]
    valid: Callable[[str], bool]
    before: int = 0


@dataclass(frozen=True, slots=True)
class Secret:
    """Where a secret stands in a text, and of what kind it is."""

    kind: str
    start: int
    end: int


def secrets_in(text: str) -> Iterator[Secret]:
    """The secrets of known kinds, in order. Of two that overlap, the first is reported."""
    behind = 0
    for secret in sorted(_candidates(text), key=lambda found: found.start)[:_MOST_FOUND]:
        if secret.start >= behind:
            behind = secret.end
            yield secret


def _candidates(text: str) -> Iterator[Secret]:
    for kind in KINDS:
        for literal in kind.literals:
            at = text.find(literal)
            while at != -1:
                behind = at + len(literal)
                if kind.before:
                    match = kind.pattern.search(text, max(0, at - kind.before), behind + _LONGEST)
                else:
                    match = kind.pattern.match(text, at)
                if match is not None:
                    start, end = match.span(match.re.groups)
                    behind = max(behind, end)
                    if kind.valid(text[start:end]):
                        yield Secret(kind.name, start, end)
                at = text.find(literal, behind)


def entropy(text: str) -> float:
    """Shannon's, in bits a character."""
    return -sum(n / len(text) * log2(n / len(text)) for n in map(text.count, set(text))) if text else 0.0


def _random(text: str) -> bool:
    upper = text.upper()
    return (
        entropy(text) >= _LEAST_ENTROPY
        and "EXAMPLE" not in upper
        and "XXXX" not in upper
        and not _RUN.search(text)
        and not _PLACEHOLDER.search(text)
    )


_LONGEST = 100
"""Characters behind the literal of a kind that is found by its middle."""

_RUN = regex(r"(.)\1{7}")
_PLACEHOLDER = regex(r"(?i)your[-_]|placeholder|dummy|redacted|abcdefghij|1234567890ab|deadbeefdeadbeef")


def _any(_text: str) -> bool:
    return True


def _checksummed(text: str) -> bool:
    """GitHub and npm end a token with the CRC-32 of its random part, in base 62 and six digits."""
    from zlib import crc32

    body = text.partition("_")[2]
    value, digits = crc32(body[:-6].encode()), ""
    while value:
        value, digit = divmod(value, 62)
        digits = _BASE62[digit] + digits
    return digits.rjust(6, "0") == body[-6:]


def _signed(text: str) -> bool:
    """A JSON web token that says something: not the ones of documentations, and no key that a page shows to everybody."""
    from base64 import urlsafe_b64decode
    from json import loads

    try:
        header, payload = (loads(urlsafe_b64decode(part + "=" * (-len(part) % 4))) for part in text.split(".")[:2])
    except ValueError:
        return False
    if not isinstance(header, dict) or not isinstance(payload, dict) or header.get("alg") in (None, "none"):
        return False
    public = payload.get("role") == "anon" or payload.get("iss") == "supabase-demo"
    return not public and payload.get("name") != "John Doe" and entropy(text) >= _LEAST_ENTROPY


def _storage_key(text: str) -> bool:
    return _random(text) and not text.startswith("Eby8vdM02xNOcqFl")  # what every Azurite has


def _kinds() -> Iterator[Kind]:
    word, dashed = r"(?![A-Za-z0-9])", r"(?![\w-])"

    def kind(
        name: str,
        starts: str,
        rest: str,
        valid: Callable[[str], bool] = _random,
        *,
        before: str = r"(?<![A-Za-z0-9])",
        end: str = dashed,
    ) -> Kind:
        literals = tuple(starts.split())
        start = "|".join(re.escape(literal) for literal in literals)
        common = commonprefix(literals)  # noqa: RUF071  characters are meant
        pieces = (common,) if len(common) > 2 else literals
        return Kind(name, pieces, regex(rf"{before}(?:{start}){rest}{end}"), valid)

    uuid = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    yield Kind(
        "private key",
        ("-----BEGIN ",),
        regex(
            r"-----BEGIN (?:[A-Z0-9]{2,10} ){0,2}PRIVATE KEY(?: BLOCK)?-----"
            r"(?=(?:\\n|\\r|[\s\\\"'+#|,]){1,80}(?:[A-Za-z0-9+/=]{20}|Proc-Type|Version|Comment))"
            r"(?:[^-]{0,16000}-----END (?:[A-Z0-9]{2,10} ){0,2}PRIVATE KEY(?: BLOCK)?-----)?"
        ),
        _any,
    )
    yield kind("AWS access key id", "AKIA ASIA", r"[A-Z2-7]{16}")
    yield kind("Amazon MWS token", "amzn.mws.", uuid)
    yield kind("GitHub token", "ghp_ gho_ ghu_ ghs_ ghr_", r"[A-Za-z0-9]{36}", _checksummed)
    yield kind("GitHub token", "github_pat_", r"[A-Za-z0-9]{22}_[A-Za-z0-9]{59}")
    yield kind(
        "GitLab token",
        "glpat- gldt- glptt- glrt- glcbt- glft- glsoat- glagent-",
        r"[\w-]{20,64}(?:\.[0-9a-z]{2}\.[0-9a-z]{9})?",
    )
    yield kind("npm token", "npm_", r"[A-Za-z0-9]{36}", _checksummed)
    yield kind("PyPI token", "pypi-AgEIcHlwaS5vcmc pypi-AgENdGVzdC5weXBpLm9yZw", r"[\w-]{50,250}")
    yield kind("RubyGems token", "rubygems_", r"[0-9a-f]{48}")
    yield kind("Slack token", "xoxa- xoxb- xoxe- xoxo- xoxp- xoxr- xoxs-", r"[0-9]{1,14}-[A-Za-z0-9-]{18,160}")
    yield kind("Slack token", "xapp-", r"[0-9]-[A-Z0-9]{8,14}-[0-9]{8,14}-[a-f0-9]{64}")
    yield kind(
        "Slack webhook",
        "hooks.slack.com/services/ hooks.slack.com/workflows/",
        r"T\w{8,12}/[AB]\w{8,14}/(?:\d{1,20}/)?\w{24}",
    )
    yield kind(
        "Discord webhook", "discord.com/api/webhooks/ discordapp.com/api/webhooks/", r"[0-9]{17,20}/[\w-]{60,72}"
    )
    yield Kind("Telegram bot token", (":AA",), regex(r"(?<![\w.])[0-9]{8,10}:AA[\w-]{33}(?![\w-])"), _random, 10)
    yield kind("Stripe key", "sk_live_ rk_live_", r"[A-Za-z0-9]{24,107}")
    yield kind("Square token", "sq0atp- sq0csp-", r"[\w-]{22,43}")
    yield kind("SendGrid key", "SG.", r"[\w-]{22}\.[\w-]{43}")
    yield Kind("Mailchimp key", ("-us",), regex(r"(?<![\w])[0-9a-f]{32}-us[0-9]{1,2}(?![\w-])"), _mailchimp, 32)
    yield kind("Mailgun key", "key-", r"[0-9a-f]{32}")
    yield kind("Twilio key", "SK", r"[0-9a-f]{32}")
    yield kind("Google API key", "AIza", r"[\w-]{35}")
    yield kind("Google client secret", "GOCSPX-", r"[\w-]{28}")
    yield Kind("Azure storage key", ("AccountKey=",), regex(r"AccountKey=([A-Za-z0-9+/]{86}==)(?![\w=])"), _storage_key)
    yield Kind(
        "Azure client secret",
        ("Q~",),
        regex(r"(?<![\w~.-])[\w~.-]{3}[0-9]Q~[\w~.-]{31,34}(?![\w~.-])"),
        _random,
        4,
    )
    yield kind("OpenAI key", "sk-", r"(?:(?:proj|svcacct|admin|None)-)?[\w-]{20,120}T3BlbkFJ[\w-]{20,120}")
    yield kind("Anthropic key", "sk-ant-", r"(?:api|admin)[0-9]{2}-[\w-]{93}AA")
    yield kind("Hugging Face token", "hf_", r"[A-Za-z]{34}")
    yield kind("Groq key", "gsk_", r"[A-Za-z0-9]{52}")
    yield kind("Perplexity key", "pplx-", r"[A-Za-z0-9]{48}")
    yield kind("Replicate token", "r8_", r"[A-Za-z0-9]{37}")
    yield kind("Docker Hub token", "dckr_pat_ dckr_oat_", r"[\w-]{27,32}")
    yield kind("DigitalOcean token", "dop_v1_ doo_v1_ dor_v1_", r"[0-9a-f]{64}")
    yield kind("Databricks token", "dapi", r"[0-9a-f]{32}(?:-[0-9])?")
    yield kind("Vault token", "hvs. hvb.", r"[\w-]{90,250}")
    yield kind("Shopify token", "shpat_ shpca_ shppa_ shpss_", r"[0-9a-fA-F]{32}")
    yield kind("Grafana token", "glsa_", r"[A-Za-z0-9]{32}_[0-9a-f]{8}")
    yield kind("Linear key", "lin_api_", r"[A-Za-z0-9]{40}")
    yield kind("Notion token", "ntn_", r"[0-9]{11}[A-Za-z0-9]{35}")
    yield kind("Postman key", "PMAK-", r"[0-9a-f]{24}-[0-9a-f]{34}")
    yield kind("Pulumi token", "pul-", r"[0-9a-f]{40}")
    yield kind("New Relic key", "NRAK-", r"[A-Z0-9]{27}")
    yield kind("age key", "AGE-SECRET-KEY-1", r"[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}")
    yield kind("Doppler token", "dp.pt. dp.st. dp.ct.", r"(?:[\w-]{1,40}\.)?[A-Za-z0-9]{40,44}")
    yield kind("Sentry token", "sntrys_ sntryu_", r"[A-Za-z0-9_=+/-]{60,400}")
    yield kind("Atlassian token", "ATATT3xFfGF0", r"[\w=-]{160,200}", end=r"(?![\w=-])")
    yield kind("Artifactory key", "AKCp", r"[A-Za-z0-9]{69}")
    yield kind("SonarQube token", "sqa_ sqp_ squ_", r"[0-9a-f]{40}")
    yield Kind(
        "Terraform Cloud token",
        (".atlasv1.",),
        regex(r"(?<![A-Za-z0-9])[A-Za-z0-9]{14}\.atlasv1\.[\w-]{60,70}(?![\w-])"),
        _random,
        14,
    )
    yield kind("Supabase token", "sbp_", r"[0-9a-f]{40}")
    yield kind("Figma token", "figd_", r"[\w-]{40}")
    yield kind("PlanetScale token", "pscale_tkn_ pscale_pw_ pscale_oauth_", r"[\w.=-]{32,64}")
    yield kind("Tailscale key", "tskey-auth- tskey-api- tskey-client-", r"[A-Za-z0-9]{8,24}-[A-Za-z0-9]{20,40}")
    yield kind(
        "JSON web token",
        "eyJ",
        r"[\w-]{10,2000}\.eyJ[\w-]{10,4000}\.[\w-]{20,1000}",
        _signed,
        before=r"(?<![\w-])",
        end=word,
    )


def _mailchimp(text: str) -> bool:
    # sixteen letters carry fewer bits than those of other tokens
    return entropy(text) >= 2.0 and _RUN.search(text) is None


KINDS = tuple(_kinds())
