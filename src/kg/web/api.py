"""The HTTP surface as a description for programs and as a page for people; both are made from the same table."""

import json
from typing import Any, Final
from urllib.parse import urlencode

from flask import Blueprint, Response, request, url_for

from kg.web.answers import page
from kg.web.negotiate import HTML, choose
from kg.web.openapi import document
from kg.web.public import public, published
from kg.web.site import site
from kg.web.surface import LINKSET

room = Blueprint("api", __name__)

_JSON: Final = "application/json"


@room.get("/openapi.json")
def description() -> Response:
    """Give the description of everything that can be asked here (OpenAPI 3.1)."""
    return Response(json.dumps(document(), ensure_ascii=False), mimetype=_JSON)


@room.get("/api")
def show() -> Response:
    """Show everything that can be asked here, with an example of each."""
    choose((HTML,))
    found = document()
    shelves: dict[str, list[tuple[str, str, dict[str, Any], str]]] = {tag["name"]: [] for tag in found["tags"]}
    for path, operations in found["paths"].items():
        for method, operation in operations.items():
            told = (path, method.upper(), operation, _example(path, method, operation))
            shelves[operation["tags"][0]].append(told)
    return page("api.html", shelves=shelves, info=found["info"])


@room.get("/.well-known/api-catalog")
def catalogue() -> Response:
    """Say which APIs there are here and where each is described (RFC 9727)."""
    described = {
        "service-desc": [{"href": public("openapi.json"), "type": _JSON}],
        "service-doc": [{"href": published(url_for("api.show", lang=None)), "type": HTML}],
        "status": [{"href": public("health"), "type": _JSON}],
    }
    endpoint = {
        "service-desc": [{"href": public("sparql.ttl"), "type": "text/turtle"}],
        "service-doc": [{"href": public("sparql"), "type": HTML}],
    }
    data = {
        "service-desc": [{"href": public("catalog.ttl"), "type": "text/turtle"}],
        "service-doc": [{"href": public("catalog"), "type": HTML}],
    }
    apis = [
        {"anchor": public(), **described},
        {"anchor": public("sparql"), **endpoint},
        {"anchor": public("catalog"), **data},
    ]
    if site().published:
        # Where the graph comes from an engine elsewhere nobody knows what changed.
        apis.append(
            {
                "anchor": public("changes/feed"),
                "service-desc": [{"href": public("changes/feed.ttl"), "type": "text/turtle"}],
                "service-doc": [{"href": public("changes"), "type": HTML}],
            }
        )
    listed = {"anchor": public(".well-known/api-catalog"), "item": [{"href": one["anchor"]} for one in apis]}
    return Response(json.dumps({"linkset": [listed, *apis]}), mimetype=LINKSET)


@room.after_app_request
def _tell(response: Response) -> Response:
    """Let a program that comes to the front page know where it is told what else there is (RFC 8631, RFC 9727)."""
    if request.endpoint == "map.front":
        told = (("service-desc", "api.description"), ("service-doc", "api.show"), ("api-catalog", "api.catalogue"))
        response.headers.extend(
            {"Link": ", ".join(f'<{url_for(place, lang=None)}>; rel="{relation}"' for relation, place in told)}
        )
    return response


def _example(path: str, method: str, operation: dict[str, Any]) -> str:
    """Return a command that can be tried."""
    asked = []
    for parameter in operation["parameters"]:
        example = parameter.get("example")
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", example or parameter["name"])
        elif example and (parameter.get("required") or parameter["name"] in {"query", "q"}):
            asked.append((parameter["name"], example))
    address = public(path.lstrip("/"))
    if method == "post" and "application/sparql-query" not in operation["requestBody"]["content"]:
        kind = next(iter(operation["requestBody"]["content"]))
        return f"curl --header 'Content-Type: {kind}' --data-binary @study.ttl '{address}'"
    if method == "post":
        return f"curl --data-urlencode 'query=ASK {{}}' '{address}'"
    location = "--location " if set(operation["responses"]) & {"302", "303", "308"} else ""
    offered = list(operation["responses"].get("200", {}).get("content", {}))
    wanted = next((name for name in offered if name not in {HTML, "*/*"}), "") if len(offered) > 1 else ""
    accept = f"--header 'Accept: {wanted}' " if wanted and "{suffix}" not in path and "." not in path else ""
    return f"curl {location}{accept}'{address}{'?' + urlencode(asked) if asked else ''}'"
