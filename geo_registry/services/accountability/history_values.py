"""What the values of the register are called where history is read.

Every word comes from where the rest of the register has it: the domain, a service or the data. Here
stands only which column speaks which language. A test holds the columns whose values the database
limits against it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from geo_registry.domain.burial import KIND_TITLES as BURIALS
from geo_registry.domain.case import Act as CaseAct
from geo_registry.domain.case import CaseState, Closure, Matter
from geo_registry.domain.cemetery import EFFECTS, GRADES, METHODS
from geo_registry.domain.crs_words import TITLES as SYSTEMS
from geo_registry.domain.eco_burial import MARK_TITLES
from geo_registry.domain.encroachment import Level
from geo_registry.domain.finding import FindingState, Severity
from geo_registry.domain.naming import EVENT_TITLES, MADE_BY
from geo_registry.domain.naming_answer import NamingAnswer
from geo_registry.domain.people import ROLE_TITLES
from geo_registry.domain.place import CODE_SYSTEMS, PLACE_CLASSES
from geo_registry.domain.plot import (
    GRANTED_TITLES,
    PLOT_KIND_TITLES,
    PLOT_STATUS_TITLES,
    SECTION_KIND_TITLES,
)
from geo_registry.domain.procedure import KIND_TITLES as PROPOSALS
from geo_registry.domain.proposal import STATE_TITLES
from geo_registry.domain.reading import SOURCES
from geo_registry.domain.secrecy import TITLES as LEVELS
from geo_registry.domain.signs import STATES as SIGNS
from geo_registry.domain.subsidy import STATE_TITLES as SUBSIDIES
from geo_registry.formats.media_types import TITLES as MEDIA_TYPES
from geo_registry.rules import catalogue
from geo_registry.rules.zone_law import KINDS as ZONES
from geo_registry.services.boundaries.uploading import KINDS as UPLOADS
from geo_registry.services.boundaries.uploading import STATUSES as UPLOAD_STATES
from geo_registry.services.cases.case_parties import ROLES, TASK_STATES
from geo_registry.services.cases.case_words import PRIORITIES
from geo_registry.services.cases.inspection_rounds import OUTCOMES as STOPS
from geo_registry.services.cases.inspection_rounds import STATES as ROUNDS
from geo_registry.services.cemeteries.cemeteries import STATUSES
from geo_registry.services.cemeteries.determining import OUTCOMES
from geo_registry.services.cemeteries.listing_plots import TYPE_TITLES
from geo_registry.services.cemeteries.listing_subsidies import EVENTS
from geo_registry.services.imports.importing_ledgers import TITLES as LEDGERS
from geo_registry.services.names.deciding_roads import ANSWERS
from geo_registry.services.names.reporting import KINDS as REPORTS
from geo_registry.services.names.rule_verdicts import SCOPE_TITLES
from geo_registry.services.names.stories import KINDS as STORIES
from geo_registry.services.naming.contributions import STATES as CONTRIBUTIONS
from geo_registry.services.naming.proposal_pages import DONE_TITLES
from geo_registry.services.naming.proposals import OTHER_PAPERS
from geo_registry.services.rulebook.rule_html import CONFIDENCE_WORDS
from geo_registry.services.searching import KIND_TITLES as NAMES

if TYPE_CHECKING:
    from geo_registry.domain.reference import Reference

Words = Mapping[Any, str]
"""Code → word; the codes are texts, or members of an enumeration of texts."""

_DOCUMENTS = {"approval": "批准文件", "decision": "决定", "naming": "命名文件"}
_IMPORTS = {
    "boundaries": "区划边界",
    "built_up": "建成区",
    "burials": "安葬",
    "cemeteries.approval": "公墓批准范围",
    "cemeteries.survey": "公墓测量",
    "charges": "收费明细",
    "eco_burials": "生态安葬台账",
    "fee_lists": "收费清单",
    "national": "国家地名信息库",
    "plots": "墓位",
    "proposals": "成批申报",
    "roads": "道路",
    "sample": "示例数据",
    "sections": "墓区",
    "signs": "地名标志",
    "villages": "村级名录",
    "zones": "保护区",
    **LEDGERS,
}
_PERSONS = {"system": "系统", "local": "本机用户", "sample": "示例人员", "account": "账号"}

_EVERYWHERE: Mapping[str, Words] = {
    "claim_level": {str(level): level.word for level in Level},
    "code_system": CODE_SYSTEMS,
    "confidence": CONFIDENCE_WORDS,
    "grade": GRADES,
    "media_type": {key: title for key, (title, *_) in MEDIA_TYPES.items()},
    "method": {key: method.title for key, method in METHODS.items()},
    "name_class": PLACE_CLASSES,
    "place_class": PLACE_CLASSES,
    "reading_from": SOURCES,
    "scope_kind": SCOPE_TITLES,
    "secrecy": LEVELS,
    "severity": {str(s): s.word for s in Severity},
}
"""Column → words, in every table that does not speak otherwise below."""

_OWN: Mapping[tuple[str, str], Words] = {
    ("account", "role"): ROLE_TITLES,
    ("approval", "effect"): EFFECTS,
    ("burial", "kind"): BURIALS,
    ("case_file", "closed_as"): {str(c): c.word for c in Closure},
    ("case_file", "matter"): {str(m): m.word for m in Matter},
    ("case_file", "priority"): {str(key): word for key, word in PRIORITIES.items()},
    ("case_file", "state"): {str(s): s.word for s in CaseState},
    ("case_party", "role"): ROLES,
    ("case_step", "act"): {str(a): a.word for a in CaseAct},
    ("case_step", "state"): {str(s): s.word for s in CaseState},
    ("case_task", "state"): TASK_STATES,
    ("cemetery", "status"): STATUSES,
    ("cemetery", "type"): TYPE_TITLES,
    ("cemetery_mark", "kind"): MARK_TITLES,
    ("contribution", "state"): CONTRIBUTIONS,
    ("crs_answer", "accepted_crs"): SYSTEMS,
    ("crs_answer", "declared_crs"): SYSTEMS,
    ("determination", "outcome"): OUTCOMES,
    ("determination", "verdict"): {str(level): level.word for level in Level},
    ("document", "kind"): _DOCUMENTS,
    ("finding", "state"): {str(s): s.word for s in FindingState},
    ("import_batch", "kind"): _IMPORTS,
    ("inspection_round", "state"): ROUNDS,
    ("inspection_stop", "outcome"): STOPS,
    ("name_event", "kind"): EVENT_TITLES,
    ("naming_answer", "answer"): {str(a): a.word for a in NamingAnswer},
    ("person", "kind"): _PERSONS,
    ("place", "status"): STATUSES,
    ("place_name", "event"): MADE_BY,
    ("place_name", "kind"): NAMES,
    ("place_story", "kind"): STORIES,
    ("plot", "granted"): GRANTED_TITLES,
    ("plot", "kind"): PLOT_KIND_TITLES,
    ("plot", "status"): PLOT_STATUS_TITLES,
    ("proposal", "kind"): PROPOSALS,
    ("proposal", "state"): STATE_TITLES,
    ("proposal_step", "act"): DONE_TITLES,
    ("proposal_step", "state_after"): STATE_TITLES,
    ("proposal_step", "state_before"): STATE_TITLES,
    ("report", "kind"): {kind.key: kind.title for kind in REPORTS.values()},
    ("road_decision", "answer"): ANSWERS,
    ("section", "kind"): SECTION_KIND_TITLES,
    ("sign", "state"): SIGNS,
    ("subsidy_application", "state"): SUBSIDIES,
    ("subsidy_event", "act"): EVENTS,
    ("subsidy_event", "after"): SUBSIDIES,
    ("subsidy_event", "before"): SUBSIDIES,
    ("upload", "kind"): UPLOADS,
    ("upload", "status"): UPLOAD_STATES,
    ("zone", "kind"): {key: kind.title for key, kind in ZONES.items()},
}
"""(Table, column) → words."""


def words_of(table: str, column: str, reference: Reference) -> Words:
    """Value → word, of a column whose values are codes; empty for one that speaks for itself."""
    if column in {"rule_id", "rules"}:
        return {key: rule.title for key, rule in catalogue().items()}
    if table == "job_run":
        return _of_jobs(column)
    if (table, column) in _OWN:
        return _OWN[table, column]
    return _of_data(table, column, reference) or _EVERYWHERE.get(column, {})


def _of_jobs(column: str) -> Words:
    # One of the jobs verifies history: it is known only when all of it is.
    from geo_registry.services.jobs import JOBS, RUN_STATES

    if column == "job":
        return {job.name: job.title for job in JOBS}
    return RUN_STATES if column == "state" else {}


def _of_data(table: str, column: str, reference: Reference) -> Words:
    """Words that a bureau may change: they stand in the data."""
    match table, column:
        case "case_file", "source":
            return reference.case_terms.sources
        case "case_party" | "case_task", "department":
            return reference.case_terms.departments
        case "eco_burial", "kind":
            return {key: kind.title for key, kind in reference.eco_kinds.items()}
        case "fee_item", "price_type":
            return {key: kind.title for key, kind in reference.fee_terms.price_types.items()}
        case "proposal_paper" | "attachment", "kind":
            return {p.id: p.title for p in reference.procedure.papers} | OTHER_PAPERS
        case "subsidy_application", "scheme":
            return {scheme.id: scheme.title for scheme in reference.subsidy_schemes}
        case "api_token", "acts":
            return {key: act.title for key, act in reference.permissions.acts.items()}
        case _:
            return {}
