"""What there is: rules, place classes, layers of the map."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse

from geo_registry import rules
from geo_registry.api.answering import said
from geo_registry.api.answers.district import (
    ExchangeWays,
    MapLayer,
    PlaceClass,
    Rule,
    Vocabulary,
)
from geo_registry.api.permitting import allow
from geo_registry.api.transactions import Reading, Served, Service
from geo_registry.domain.errors import NotFound
from geo_registry.domain.place import PLACE_CLASSES, is_line
from geo_registry.services.imports import exchanging
from geo_registry.services.names import vocabulary
from geo_registry.services.rulebook.labels import load_labels
from geo_registry.services.rulebook.rule_html import missing_page, rule_page
from geo_registry.services.rulebook.rule_pages import Background, describe
from geo_registry.store import overview, tiles

router = APIRouter(tags=["catalogue"])

LAYER_TITLES: Mapping[str, str] = {
    "divisions": "行政区划",
    "roads": "道路",
    "places": "地名",
    "cemeteries": "公墓",
    "zones": "保护区",
    "findings": "问题",
}


@router.get("/api/v1/rules", response_model=said(list[Rule]), dependencies=[allow("registry.read")])
def list_rules(service: Served) -> list[dict[str, Any]]:
    """Every rule with its law, judgements, examples, and how often it is wrong."""
    background = _background(service)
    return [describe(rule, background) for rule in rules.catalogue().values()]


@router.get(
    "/api/v1/rules/{rule_id}", response_model=said(Rule), dependencies=[allow("registry.read")]
)
def show_rule(service: Served, rule_id: str) -> dict[str, Any]:
    """One rule."""
    return describe(rules.rule(rule_id), _background(service))


@router.get("/rules/{rule_id}", response_class=HTMLResponse, dependencies=[allow("registry.read")])
def read_rule(service: Served, rule_id: str) -> HTMLResponse:
    """The page of one rule, readable without scripts and on paper."""
    known = rules.catalogue().get(rule_id)
    if known is None:
        return HTMLResponse(missing_page(rule_id), status_code=404)
    return HTMLResponse(
        rule_page(known, _background(service)), headers={"cache-control": "no-cache"}
    )


def _background(service: Service) -> Background:
    labels = load_labels(service.settings.data)
    return Background(service.reference, service.profile, labels, service.today())


@router.get("/api/v1/openapi.json", include_in_schema=False, dependencies=[allow("registry.read")])
def describe_api(request: Request) -> dict[str, Any]:
    """The description of this API (OpenAPI 3)."""
    app: FastAPI = request.app
    return app.openapi()


@router.get(
    "/api/v1/classes", response_model=said(list[PlaceClass]), dependencies=[allow("registry.read")]
)
def list_classes() -> list[dict[str, Any]]:
    """The classes of places."""
    return [
        {"key": key, "title": title, "line": is_line(key)} for key, title in PLACE_CLASSES.items()
    ]


@router.get(
    "/api/v1/exchange", response_model=said(ExchangeWays), dependencies=[allow("registry.read")]
)
def list_exchange(service: Served) -> dict[str, Any]:
    """What can be imported and exported, where and with which command."""
    return exchanging.ways(service.settings.data)


@router.get(
    "/api/v1/layers", response_model=said(list[MapLayer]), dependencies=[allow("registry.read")]
)
def list_layers(connection: Reading) -> list[dict[str, Any]]:
    """The layers of the map, with the revision each shows."""
    revisions = overview.revisions(connection)
    return [
        {
            "id": layer.id,
            "title": LAYER_TITLES[layer.id],
            "source_layer": layer.id,
            "geometry_type": layer.geometry_type,
            "minzoom": layer.minzoom,
            "maxzoom": layer.maxzoom,
            "tiles": f"/tiles/{layer.id}/{{z}}/{{x}}/{{y}}",
            "revision": revisions.get(layer.id, 0),
        }
        for layer in tiles.LAYERS.values()
    ]


@router.get(
    "/api/v1/vocabulary",
    response_model=said(Vocabulary),
    dependencies=[allow("registry.read")],
)
def list_words(service: Served) -> dict[str, Any]:
    """The words of forms: how boundaries are measured, in which systems, of which cemeteries."""
    return vocabulary.words(service.profile, service.reference)


@router.get("/tiles/{layer_id}.json", dependencies=[allow("registry.read")])
def tile_json(layer_id: str, request: Request) -> dict[str, Any]:
    """TileJSON 3 of one layer, for MapLibre, QGIS and others."""
    if layer_id not in tiles.LAYERS:
        raise NotFound(f"没有图层“{layer_id}”。现有：{'、'.join(tiles.LAYERS)}。")
    layer = tiles.LAYERS[layer_id]
    base = str(request.base_url).rstrip("/")
    return {
        "tilejson": "3.0.0",
        "name": LAYER_TITLES[layer.id],
        "tiles": [f"{base}/tiles/{layer.id}/{{z}}/{{x}}/{{y}}"],
        "minzoom": layer.minzoom,
        "maxzoom": layer.maxzoom,
        "vector_layers": [{"id": layer.id, "fields": {}}],
    }
