"""The legal bases of the rules on rectification."""

from __future__ import annotations

from datetime import date

from geo_registry.domain.basis import Basis
from geo_registry.domain.case import CaseOnFile
from geo_registry.domain.identity import Scope

ORDER = Basis(
    law="行政处罚法",
    article="第二十八条第一款",
    confidence="A",
    valid_from=date(2021, 7, 15),
    number="主席令第70号（2021年修订）",
    note="应当责令当事人改正或者限期改正违法行为",
)


def scope_of(filed: CaseOnFile) -> Scope:
    """Where a case is counted: its cemetery, else its town, else the case itself."""
    if filed.cemetery is not None:
        return Scope("cemetery", filed.cemetery)
    if "town" in filed.scopes:
        return Scope("town", filed.scopes["town"])
    return Scope("case", filed.subject)


def subjects_of(filed: CaseOnFile) -> tuple[str, ...]:
    """The case and the cemetery it is about."""
    return (filed.subject,) if filed.cemetery is None else (filed.subject, filed.cemetery)
