"""The district at a glance, the layers of its map, rules and classes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from geo_registry.api.answering import Answer
from geo_registry.api.answers.common import Basis, Box, CodeName, SeverityWord


class Setting(Answer):
    """A setting of the district, where it comes from, and whether the bureau confirmed it."""

    key: str
    title: str
    value: Any
    confirmed: bool
    source: str
    note: str = ""


class Town(CodeName):
    """A town with its extent."""

    bbox: Box | None


class ScanRun(Answer):
    """The last run of all rules."""

    id: int
    finished_at: datetime | None


class District(Answer):
    """Who the district is, its figures, its settings."""

    code: str
    name: str
    sample: bool
    banner: str | None
    bbox: Box | None
    revision: int
    counts: dict[str, int]
    parameters: list[Setting]
    towns: list[Town]
    last_scan: ScanRun | None


class MapLayer(Answer):
    """A layer of vector tiles and the revision it shows."""

    id: str
    title: str
    source_layer: str
    geometry_type: str
    minzoom: int
    maxzoom: int
    tiles: str
    revision: int


class PlaceClass(Answer):
    """A class of places; ``line``: its things are drawn as lines."""

    key: str
    title: str
    line: bool


class Word(Answer):
    """A key and what it is called."""

    key: str
    title: str


class MethodWord(Word):
    """A way to measure a boundary, with the accuracy that is assumed of it (metres)."""

    sigma_m: float
    grade: str


class Vocabulary(Answer):
    """The words that forms on boundaries, eco-burials and fees offer."""

    methods: list[MethodWord]
    systems: list[Word]
    cemetery_types: list[Word]
    effects: list[Word]
    eco_kinds: list[Word]
    price_types: list[Word]
    upload_mb: int
    """How large a file may be, in megabytes (MiB)."""


class Weights(Answer):
    """What an outcome weighs for new names and for those that stand already."""

    new: SeverityWord | None
    legacy: SeverityWord | None


class Guidance(Answer):
    """Why a rule exists, what to do, and what is not meant."""

    why: str
    fix: str
    exempt: str


class Examples(Answer):
    """Cases on which a rule speaks and on which it is silent."""

    fires_on: list[str]
    silent_on: list[str]


class FalsePositives(Answer):
    """How many of the findings that were read one by one were wrong."""

    sample: int
    wrong: int
    unsure: int
    outdated: int
    rate: float | None
    interval: tuple[float, float] | None


class RuleParameter(Answer):
    """A setting that a rule goes by."""

    title: str
    value: Any
    source: str
    confirmed: bool


class Rule(Answer):
    """A rule with its law, judgements, examples, and how often it is wrong."""

    id: str
    version: int
    title: str
    severity: dict[str, Weights]
    messages: dict[str, str]
    applies_to: list[str]
    basis: list[Basis]
    confidence: str
    guidance: Guidance
    doc: str
    examples: Examples
    false_positives: FalsePositives
    parameters: list[RuleParameter]
    word_lists: list[dict[str, Any]]


class Alive(Answer):
    """The process answers."""

    status: str


class Ready(Alive):
    """The database answers, and says its versions."""

    postgresql: str
    postgis: str
    schema_: str = Field(alias="schema")


class Change(Answer):
    """One row that changed."""

    revision: int
    position: int
    at: datetime
    person: str
    table_name: str
    op: str
    row_id: Any
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    reason: str | None = None


class ChangeFrom(Answer):
    """Where the next page of changes begins."""

    since: int
    position: int


class Changes(Answer):
    """What changed after a revision."""

    changes: list[Change]
    revision: int
    next: ChangeFrom | None


class ExchangeWay(Answer):
    """One way in or out; ``page``: its address in the application, empty where it has none."""

    title: str
    formats: str
    command: str
    page: str
    note: str


class ExchangeWays(Answer):
    """What can be imported and exported."""

    imports: list[ExchangeWay]
    exports: list[ExchangeWay]


class Basemap(Answer):
    """What lies under the layers; ``warning`` stands over the map while it is shown."""

    title: str
    attribution: str
    datum: str
    warning: str
    vector: bool
    vector_layers: list[str]
    min_zoom: int
    max_zoom: int
    tiles: str


class BasemapOffer(Answer):
    """The basemap of the installation, or none."""

    basemap: Basemap | None
