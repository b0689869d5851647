"""Dismissed claims (认定不属实的地块): the same strip does not come up again, a new one does.

People who looked at a claimed strip and found nothing dismiss the case, and the land keeps that
decision for a time. A finding on the same land then rests on the pair of the site and that case,
which the waiver made at the dismissal covers; every other finding of the site rests on the site
alone. So the waiver decides about state, reason and end as for any other finding, and geometry
only says which decision a strip falls under.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo_registry.domain.boundary_tests import DEFAULT, Z95, Parameters
from geo_registry.domain.encroachment import Level

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from geo_registry.domain.cemetery import Approval, Survey
    from geo_registry.domain.identity import SubjectId

_RANK = {level: rank for rank, level in enumerate(Level)}


@dataclass(frozen=True, slots=True)
class DismissedClaim:
    """Land (work plane) that a case claimed and that people found nothing on.

    ``level`` is how sure the claim was: a stronger one later is another matter.
    """

    subject: SubjectId
    extent: BaseGeometry
    level: Level


def dismissed_as(
    extent: BaseGeometry,
    level: Level,
    dismissed: Sequence[DismissedClaim],
    survey: Survey,
    approvals: Sequence[Approval],
    parameters: Parameters = DEFAULT,
) -> SubjectId | None:
    """The case by which a strip of a survey was dismissed already; None where it is news.

    The same noise is never drawn twice alike: what reaches beyond the dismissed land by less than
    1.645 standard errors of the two boundaries together is the same strip, unless an area is left
    there that the tests would call a claim of its own.
    """
    worst = max((a.accuracy.sigma_m for a in approvals), default=0.0)
    sigma = math.hypot(worst, survey.accuracy.sigma_m)
    least = max(parameters.min_area_m2, 5.0 * sigma**2)
    for claim in dismissed:
        if _RANK[level] > _RANK[claim.level]:
            continue
        known = claim.extent.buffer(Z95 * sigma, join_style="mitre")
        if extent.difference(known).area < least:
            return claim.subject
    return None
