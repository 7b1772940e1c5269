"""Check replies and requests against the OpenAPI files and captured replies that lie beside the repository.

They are third-party documents in `../shared`; where that folder is absent, mark tests with `needs_shared` to skip them.

    assert reply_problems("corrected", "GET", "/workspaces/w/tags", body) == []
    assert request_problems("POST", "/workspaces/w/reports/summary", body=body) == []
    assert shape_problems(sample("projects.item.json"), row) == []

Both files disagree with the captured replies in places. The captured replies are right, so `_loosened` and
`_REPAIRS` make these exceptions, and no others:

1. Null is marked nowhere in one file and seldom in the other: a property that is not required may be null.
2. The official file writes an enumeration as an object with `oneOf`: only its `oneOf` counts.
3. `FeaturePlan` refers to itself and describes an object: on the wire it is a string.
4. An error's `code` is a number on the wire, a string in the corrected file.
5. A hydrated project has more properties than `Project`, which the corrected file closes.
6. The official file has one feature in a workspace's `features`: on the wire they are a list.
7. The corrected file spells an entry's type TIMEOFF, the vendor and the other schemas TIME_OFF.
8. A person's name may be null although the corrected file requires it: so has it been met.
"""

import functools
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import jsonschema
import pytest

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
needs_shared = pytest.mark.skipif(
    not (SHARED / "openapi").is_dir(), reason="needs ../shared: the OpenAPI files and captured replies are not kept in the repository"
)

Spec = Literal["corrected", "official"]
Json = dict[str, Any]
_ROOTS = ("/api/v1", "/report/v1", "/v1")


@functools.cache
def sample(name: str) -> Any:
    """Return one captured reply."""
    return json.loads((SHARED / "samples" / name).read_text(encoding="utf8"))


def reply_problems(spec: Spec, method: str, path: str, body: object, *, status: int = 200) -> list[str]:
    """Return what is wrong with a reply; `path` may be a whole URL. Raises LookupError for a path nobody documents."""
    _, operation = operation_for(spec, method, path)
    if status >= 400:
        return _problems(spec, {"$ref": "#/components/schemas/ErrorResponse"} if spec == "corrected" else {}, body)
    response = operation["responses"][str(status)]
    if "$ref" in response:
        response = _resolved(spec, response)
    if "content" not in response:
        return [] if body is None else ["$: a body where none is documented"]
    (media,) = response["content"].values()
    return _problems(spec, media["schema"], body)


def request_problems(
    method: str, path: str, *, body: object = None, query: Mapping[str, str] | None = None, spec: Spec = "corrected"
) -> list[str]:
    """Return what is wrong with a request: its body, and query parameters that the path does not have."""
    template, operation = operation_for(spec, method, path)
    problems = [f"{template} has no parameter {name}" for name in query or {} if name not in _query_names(spec, operation)]
    wanted = operation.get("requestBody")
    if wanted is None:
        return problems + ([f"{method} {template} takes no body"] if body is not None else [])
    (media,) = _resolved(spec, wanted)["content"].values()
    return problems + _problems(spec, media["schema"], body)


def operation_for(spec: Spec, method: str, path: str) -> tuple[str, Json]:
    """Return the documented path and operation for a path. Raises LookupError when there is none."""
    bare = urlsplit(path).path
    for root in _ROOTS:
        if bare.startswith(root):
            bare = bare.removeprefix(root)
            break
    # Fewer placeholders first: /time-entries/status/in-progress goes before /time-entries/{id}.
    for template in sorted(document(spec)["paths"], key=lambda known: known.count("{")):
        pattern = re.sub(r"\{[^}]+\}", "[^/]+", template.removeprefix("/v1"))
        operation = document(spec)["paths"][template].get(method.lower())
        if operation and re.fullmatch(pattern, bare):
            return template, operation
    raise LookupError(f"{method} {bare} is not in the {spec} file")


def shape_problems(known: object, value: object, *, absent: frozenset[str] = frozenset(), where: str = "$") -> list[str]:
    """Return where a value's keys or JSON types differ from a captured reply's.

    Null on either side matches anything, so does what is empty in the captured reply. Properties named in `absent` may be
    missing; the value may have more than the captured reply has.
    """
    if known is None or value is None or known in ([], {}):
        return []
    if isinstance(known, dict):
        if not isinstance(value, dict):
            return [f"{where}: {_kind(value)} instead of object"]
        missing = [f"{where}.{name}: missing" for name in known if name not in value and name not in absent]
        inner = (shape_problems(known[name], value[name], absent=absent, where=f"{where}.{name}") for name in known if name in value)
        return missing + [problem for part in inner for problem in part]
    if isinstance(known, list) and isinstance(value, list):
        return [problem for row in value[:1] for problem in shape_problems(known[0], row, absent=absent, where=f"{where}[0]")]
    return [] if _kind(known) == _kind(value) else [f"{where}: {_kind(value)} instead of {_kind(known)}"]


@functools.cache
def document(spec: Spec) -> Json:
    """Return one OpenAPI file as it is."""
    loaded: Json = json.loads((SHARED / "openapi" / f"clockify.{spec}.openapi.json").read_text(encoding="utf8"))
    return loaded


def _problems(spec: Spec, schema: Json, body: object) -> list[str]:
    checker = jsonschema.Draft202012Validator(_loosened(schema) | {"components": _components(spec)})
    return [f"{error.json_path}: {error.message[:200]}" for error in checker.iter_errors(body)]


_REPAIRS: dict[str, Json] = {
    "FeaturePlan": {"type": "string"},
    "ErrorResponse": {
        "type": "object",
        "properties": {"message": {"type": "string"}, "code": {"type": "integer"}},
        "required": ["message", "code"],
    },
}


@functools.cache
def _components(spec: Spec) -> Json:
    schemas = {name: _REPAIRS.get(name) or _loosened(schema) for name, schema in document(spec)["components"]["schemas"].items()}
    if spec == "corrected":
        schemas["Project"] = schemas["Project"] | {"additionalProperties": True}
        kinds = schemas["TimeEntry"]["properties"]["type"]["enum"]
        kinds.append("TIME_OFF")
        schemas["UserDtoV1"]["properties"]["name"] = {"type": ["string", "null"]}
    else:
        features = schemas["WorkspaceDtoV1"]["properties"]
        features["features"] = {"type": "array", "items": features["features"]["anyOf"][0]}
    return {"schemas": schemas}


def _loosened(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_loosened(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("type") == "object" and "oneOf" in schema:
        return {"oneOf": _loosened(schema["oneOf"])}
    loose = {key: _loosened(value) for key, value in schema.items() if key not in ("nullable", "example", "description", "default")}
    required = schema.get("required")
    if isinstance(schema.get("properties"), dict):
        names = required if isinstance(required, list) else []
        loose["properties"] = {
            name: _loosened(part) if name in names else {"anyOf": [_loosened(part), {"type": "null"}]}
            for name, part in schema["properties"].items()
        }
    return loose


def _resolved(spec: Spec, part: Json) -> Json:
    while "$ref" in part:
        target: Any = document(spec)
        for step in part["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        part = target
    return part


def _query_names(spec: Spec, operation: Json) -> set[str]:
    parameters = [_resolved(spec, parameter) for parameter in operation.get("parameters", [])]
    return {parameter["name"] for parameter in parameters if parameter.get("in") == "query"}


def _kind(value: object) -> str:
    kinds = ((bool, "boolean"), (int | float, "number"), (str, "string"), (list, "array"), (dict, "object"))
    return next((name for kind, name in kinds if isinstance(value, kind)), "null")
