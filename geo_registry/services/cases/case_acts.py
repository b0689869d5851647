"""The steps of a case by name, for doors: what a case worker does, and what an approver decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from geo_registry.domain.case import Act
from geo_registry.services.cases import opening_cases
from geo_registry.services.cases import working_cases as working

if TYPE_CHECKING:
    from geo_registry.store.cases import StoredCase

Work = Callable[..., "StoredCase"]

WORK: Mapping[Act, Work] = {
    Act.ACCEPT: working.accept,
    Act.ASSIGN: working.assign,
    Act.VISIT: working.visit,
    Act.INCONCLUSIVE: working.leave_open,
    Act.SERVE: working.serve,
    Act.REPORT: working.report,
    Act.REINSPECT: working.reinspect,
    Act.SEND_BACK: working.send_back,
    Act.PROPOSE_CLOSURE: working.propose_closure,
    Act.LOOK_BACK: working.look_back,
    Act.NOTE: working.note,
    Act.MERGE: opening_cases.merge,
}
"""Steps of whoever works on the case."""

DECIDE: Mapping[Act, Work] = {
    Act.DISMISS: working.dismiss,
    Act.SUBSTANTIATE: working.substantiate,
    Act.TRANSFER: working.transfer,
    Act.TAKE_BACK: working.take_back,
    Act.NOTIFY: working.notify,
    Act.EXTEND: working.extend,
    Act.ESCALATE: working.escalate,
    Act.REJECT_CLOSURE: working.reject_closure,
    Act.CLOSE: working.close,
    Act.REOPEN: opening_cases.reopen,
    Act.PAUSE: working.pause,
    Act.RESUME: working.resume,
}
"""Steps that somebody signs for the bureau."""


def facts_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """What was filled in of a form, without what was left empty."""
    return {k: v for k, v in given.items() if v not in (None, "", (), [])}
