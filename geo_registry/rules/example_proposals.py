"""Small dossiers for the examples of the rules on procedure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from geo_registry.domain.procedure import ProposalKind
from geo_registry.domain.proposal import Dossier, Registered, State
from geo_registry.rules.example_places import ON, places, road

if TYPE_CHECKING:
    from geo_registry.domain.gazetteer import Gazetteer

GOVERNMENT = "示例区人民政府"
FULL = frozenset({"application", "decision"})


def dossier(state: State, **more: Any) -> Dossier:
    """A proposal to name 示例路, a hundred days old."""
    begun = ON - timedelta(days=100)
    given: dict[str, Any] = {"papers": FULL} | more
    return Dossier(ProposalKind.NAME, "road", "示例路", begun, state, begun, **given)


def decided(days_ago: int, **more: Any) -> Dossier:
    """A proposal that was decided some days before the day of the example."""
    on = ON - timedelta(days=days_ago)
    given: dict[str, Any] = {"authority": GOVERNMENT, "number": "示例〔2024〕1号"} | more
    return replace(dossier(State.DECIDED), decided_on=on, effective_on=on, since=on, **given)


def with_dossier(
    one: Dossier, announcement: Mapping[str, str] | None = None, **attributes: Any
) -> Callable[[], Gazetteer]:
    """A gazetteer of one road with one dossier."""
    held = Registered("proposal:1", one, announcement)
    return places(road("示例路", dossiers=(held,), **attributes))


def days_before(days: int) -> date:
    """A day before the day of the examples."""
    return ON - timedelta(days=days)
