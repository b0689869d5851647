"""The acts on a proposal as a page offers them, and the words of its forms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from geo_registry.domain.procedure import KIND_TITLES, STEP_TITLES, Step
from geo_registry.domain.proposal import ACT_TITLES, CLOSED, STATE_TITLES, Act, missing_papers
from geo_registry.domain.proposal_steps import passed_over, possible
from geo_registry.services.naming.proposal_papers import OF_ONE, PAPERS
from geo_registry.services.naming.proposals import paper_titles
from geo_registry.services.people import permitting

if TYPE_CHECKING:
    from geo_registry.services.desk import Desk
    from geo_registry.store.proposals import StoredProposal

PROPOSING, ENDORSING, DECIDING = "naming.propose", "naming.endorse", "naming.decide"
PERMISSIONS: Mapping[Act, str] = {
    **dict.fromkeys(Act, PROPOSING),
    Act.ENDORSE: ENDORSING,
    Act.REFUSE: ENDORSING,
    Act.DECIDE: DECIDING,
}
"""What a person must be permitted to do for each act; the routes declare the same."""


def acts_now(stored: StoredProposal, *, desk: Desk) -> list[dict[str, Any]]:
    """The acts that the order of steps allows, each with what stands in its way.

    ``allowed``: whether the person at the desk may do it. ``passes``: the customary steps that it
    would pass over, for which a reason is asked. ``lacks``: papers without which it is refused.
    """
    procedure = desk.reference.procedure
    return [
        {
            "act": act.value,
            "title": ACT_TITLES[act],
            "allowed": permitting.may(desk, PERMISSIONS[act], town=stored.town),
            "passes": [STEP_TITLES[s] for s in passed_over(stored.dossier, act, procedure)],
            "lacks": _lacking(stored, act, desk),
        }
        for act in possible(stored.dossier, procedure)
    ]


def _lacking(stored: StoredProposal, act: Act, desk: Desk) -> list[dict[str, str]]:
    if act not in {Act.ENDORSE, Act.DECIDE}:
        return []
    wanted = missing_papers(stored.dossier, desk.reference.procedure, Step(act.value))
    return [{"kind": p.id, "title": p.title} for p in wanted if p.confirmed]


def words(*, desk: Desk) -> dict[str, Any]:
    """States, kinds, papers that are kept and that are drawn up: what lists offer."""
    return {
        "states": [
            {"key": s.value, "title": t, "closed": s in CLOSED} for s, t in STATE_TITLES.items()
        ],
        "kinds": [{"key": k.value, "title": t} for k, t in KIND_TITLES.items()],
        "papers": [{"key": k, "title": t} for k, t in paper_titles(desk).items()],
        "drawn": [{"key": k, "title": t, "of_one": k in OF_ONE} for k, t in PAPERS.items()],
        "announced": list(desk.reference.procedure.announced),
    }
