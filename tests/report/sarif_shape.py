"""What of SARIF 2.1.0 our reports use, as a JSON schema: names, types, required members and values, nothing else allowed.

Written from the standard's text (docs.oasis-open.org/sarif/sarif/v2.1.0, sections 3.4 to 3.58), for its own schema is not
to be had from the package registries. It is stricter: a member that is not listed here is an error.
"""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def made(required: Json, optional: Json | None = None) -> Json:
    return {
        "type": "object",
        "required": list(required),
        "properties": required | (optional or {}),
        "additionalProperties": False,
    }


def many(item: Json, **more: object) -> Json:
    return {"type": "array", "items": item, **more}


TEXT: Json = {"type": "string"}
FROM_ONE: Json = {"type": "integer", "minimum": 1}
FROM_ZERO: Json = {"type": "integer", "minimum": 0}
BAG: Json = {"type": "object", "properties": {"tags": many(TEXT, uniqueItems=True)}}
LEVEL: Json = {"enum": ["none", "note", "warning", "error"]}

MESSAGE = made({"text": TEXT})
MULTIFORMAT = made({"text": TEXT}, {"markdown": TEXT})
ARTIFACT = made({"uri": {"type": "string", "format": "uri-reference", "pattern": r"^[\w.~/%-]+$"}, "uriBaseId": TEXT})
REGION = made({"startLine": FROM_ONE, "startColumn": FROM_ONE, "endLine": FROM_ONE, "endColumn": FROM_ONE})
PHYSICAL = made({"artifactLocation": ARTIFACT, "region": REGION})
LOCATION = made({"physicalLocation": PHYSICAL}, {"id": FROM_ZERO, "message": MESSAGE})
RULE = made(
    {"id": TEXT},
    {
        "name": {"type": "string", "maxLength": 255},
        "shortDescription": made({"text": {"type": "string", "minLength": 1, "maxLength": 1024}}),
        "fullDescription": made({"text": {"type": "string", "minLength": 1, "maxLength": 1024}}),
        "defaultConfiguration": made({}, {"level": LEVEL, "enabled": {"type": "boolean"}}),
        "help": MULTIFORMAT,
        "properties": BAG | {"properties": {"tags": many(TEXT, uniqueItems=True, maxItems=10)}},
    },
)
SUPPRESSION = made(
    {"kind": {"enum": ["inSource", "external"]}},
    {"status": {"enum": ["accepted", "underReview", "rejected"]}, "justification": TEXT},
)
REPLACEMENT = made({"deletedRegion": REGION}, {"insertedContent": made({"text": TEXT})})
CHANGE = made({"artifactLocation": ARTIFACT, "replacements": many(REPLACEMENT, minItems=1)})
FIX = made({"artifactChanges": many(CHANGE, minItems=1, uniqueItems=True)}, {"description": MESSAGE})
RESULT = made(
    {"message": MESSAGE},
    {
        "ruleId": TEXT,
        "ruleIndex": FROM_ZERO,
        "level": LEVEL,
        "locations": many(LOCATION, minItems=1, maxItems=1),
        "relatedLocations": many(LOCATION, uniqueItems=True),
        "partialFingerprints": {"type": "object", "additionalProperties": TEXT},
        "suppressions": many(SUPPRESSION, uniqueItems=True),
        "fixes": many(FIX, uniqueItems=True),
        "properties": BAG,
    },
)
NOTIFICATION = made({"message": MESSAGE}, {"level": LEVEL})
RUN = made(
    {
        "tool": made({"driver": made({"name": TEXT}, {"version": TEXT, "semanticVersion": TEXT, "rules": many(RULE)})}),
        "results": many(RESULT),
    },
    {
        "automationDetails": made({"id": {"type": "string", "pattern": "^deployflow-gate/(.+/)?$"}}),
        "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
        "originalUriBaseIds": {"type": "object", "additionalProperties": made({}, {"description": MESSAGE})},
        "invocations": many(
            made(
                {"executionSuccessful": {"type": "boolean"}},
                {"toolExecutionNotifications": many(NOTIFICATION)},
            )
        ),
        "properties": BAG,
    },
)
SARIF: Json = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    **made({"version": {"const": "2.1.0"}, "runs": many(RUN, minItems=1, maxItems=1)}, {"$schema": TEXT}),
}
