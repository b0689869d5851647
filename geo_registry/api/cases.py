"""Cases: pages, the board, one with its file; steps, decisions, departments, papers."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query, Response

from geo_registry.api.answering import said
from geo_registry.api.answers.cases import (
    CaseBoard,
    CaseFull,
    CasePage,
    CaseParty,
    CasesDue,
    CaseTask,
    CaseWords,
    NoticeDraft,
    NoticeIssued,
)
from geo_registry.api.case_forms import (
    DecisionForm,
    NoticeForm,
    OpenForm,
    PartyForm,
    ReplyForm,
    TaskForm,
    WorkForm,
)
from geo_registry.api.permitting import allow
from geo_registry.api.transactions import Reading, Served, Working, Writing
from geo_registry.domain.case import CaseState
from geo_registry.services import papers
from geo_registry.services.cases import (
    case_clocks,
    case_notices,
    case_parties,
    case_words,
    opening_cases,
)
from geo_registry.services.cases import showing_cases as showing
from geo_registry.services.cases.case_acts import DECIDE, WORK
from geo_registry.services.cases.opening_cases import Lead
from geo_registry.store.case_pages import Filter

router = APIRouter(prefix="/api/v1", tags=["cases"])

Text = Annotated[str | None, Query(max_length=100)]
Number = Annotated[int | None, Query(ge=1, le=2**63 - 1)]


@router.get("/cases", response_model=said(CasePage), dependencies=[allow("cases.read")])
def list_cases(
    connection: Reading,
    desk: Working,
    *,
    state: Annotated[list[CaseState] | None, Query(max_length=20)] = None,
    live: bool | None = None,
    late: bool | None = None,
    town: Annotated[list[str] | None, Query(max_length=100)] = None,
    cemetery: Number = None,
    person: Number = None,
    finding: Text = None,
    q: Text = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    after: Text = None,
) -> dict[str, Any]:
    """A page of cases, what is due first; ``finding`` is a fingerprint."""
    wanted = Filter(
        None, [str(s) for s in state] if state else None, live, late, town or None, cemetery,
        person, finding or None, q or None, showing.page_start(after or None), limit,
    )  # fmt: skip
    return showing.listed(connection, desk, wanted)


@router.get("/cases/board", response_model=said(CaseBoard), dependencies=[allow("cases.read")])
def board(connection: Reading, desk: Working) -> dict[str, Any]:
    """How many cases stand where, in all and by town."""
    return showing.board(connection, desk, Filter())


@router.get("/cases/words", response_model=said(CaseWords), dependencies=[allow("cases.read")])
def words(connection: Reading, desk: Working) -> dict[str, Any]:
    """What the forms of every step ask for, and what can be chosen."""
    return case_words.words(connection, desk)


@router.get("/cases/due", response_model=said(CasesDue), dependencies=[allow("cases.read")])
def due(
    connection: Reading, desk: Working, ahead: Annotated[int, Query(ge=0, le=366)] = 0
) -> dict[str, Any]:
    """What waits for 督办 and 回头看, and what departments have not answered in time."""
    return {
        "escalate": case_clocks.to_escalate(connection, desk),
        "look_back": case_clocks.due_look_backs(connection, desk, ahead_days=ahead),
        "tasks": case_parties.late_tasks(connection, desk),
    }


@router.get("/cases/{case_id}", response_model=said(CaseFull), dependencies=[allow("cases.read")])
def show_case(connection: Reading, desk: Working, case_id: int) -> dict[str, Any]:
    """One case with its steps, departments, tasks and papers."""
    return showing.show(connection, desk, case_id)


@router.post(
    "/cases", status_code=201, response_model=said(CaseFull), dependencies=[allow("cases.open")]
)
def open_case(connection: Writing, desk: Working, asked: OpenForm) -> dict[str, Any]:
    """Open a case of a finding, or of what somebody reported."""
    if asked.finding is not None:
        made = opening_cases.open_from_finding(
            connection, desk, asked.finding, asked.form, source=asked.source or "finding"
        )
    else:
        lead = Lead(
            asked.title, asked.source or "complaint", asked.matter, asked.cemetery, asked.town,
            asked.point, priority=asked.priority,
        )  # fmt: skip
        made = opening_cases.open_lead(connection, desk, lead, asked.form)
    return showing.show(connection, desk, made.id)


@router.post(
    "/cases/{case_id}/steps",
    status_code=201,
    response_model=said(CaseFull),
    dependencies=[allow("cases.work", of="case:{case_id}")],
)
def step(connection: Writing, desk: Working, case_id: int, asked: WorkForm) -> dict[str, Any]:
    """Take a step of the work; answers with the case (of a merged lead: the one it went into)."""
    done = WORK[asked.act](connection, desk, case_id, asked.form, **asked.facts)
    return showing.show(connection, desk, done.id)


@router.post(
    "/cases/{case_id}/decisions",
    status_code=201,
    response_model=said(CaseFull),
    dependencies=[allow("cases.decide", of="case:{case_id}")],
)
def decide(connection: Writing, desk: Working, case_id: int, asked: DecisionForm) -> dict[str, Any]:
    """Sign a decision; answers with the case (of a reopened one: its next episode)."""
    done = DECIDE[asked.act](connection, desk, case_id, asked.form, **asked.facts)
    return showing.show(connection, desk, done.id)


@router.post(
    "/cases/{case_id}/parties",
    status_code=201,
    response_model=said(CaseParty),
    dependencies=[allow("cases.work", of="case:{case_id}")],
)
def join(connection: Writing, desk: Working, case_id: int, asked: PartyForm) -> dict[str, Any]:
    """Let a department take part."""
    return case_parties.join(
        connection, desk, case_id, asked.department, role=asked.role,
        contact=asked.contact,
    )  # fmt: skip


@router.post(
    "/cases/{case_id}/tasks",
    status_code=201,
    response_model=said(CaseTask),
    dependencies=[allow("cases.work", of="case:{case_id}")],
)
def give_task(connection: Writing, desk: Working, case_id: int, asked: TaskForm) -> dict[str, Any]:
    """Ask a department for something by a day."""
    return case_parties.give_task(
        connection, desk, case_id, asked.department, asked=asked.asked,
        due_on=asked.due_on,
    )  # fmt: skip


@router.post(
    "/case-tasks/{task_id}/reply",
    status_code=201,
    response_model=said(CaseTask),
    dependencies=[allow("cases.work", of="case_task:{task_id}")],
)
def reply(connection: Writing, desk: Working, task_id: int, asked: ReplyForm) -> dict[str, Any]:
    """Record what a department answered."""
    return case_parties.reply(
        connection, desk, task_id, words=asked.words, number=asked.number,
        on=asked.on,
    )  # fmt: skip


@router.delete(
    "/case-tasks/{task_id}",
    response_model=said(CaseTask),
    dependencies=[allow("cases.work", of="case_task:{task_id}")],
)
def withdraw_task(connection: Writing, desk: Working, task_id: int) -> dict[str, Any]:
    """Take a task back that is not answered yet."""
    return case_parties.withdraw_task(connection, desk, task_id)


@router.post(
    "/cases/{case_id}/notices/draft",
    response_model=said(NoticeDraft),
    dependencies=[allow("cases.work", of="case:{case_id}")],
)
def draft_notice(
    connection: Reading, desk: Working, service: Served, case_id: int, asked: NoticeForm
) -> dict[str, Any]:
    """What a paper would say; nothing is kept."""
    fields = case_notices.draft(connection, desk, case_id, asked.kind, asked.fields)
    used = case_notices.used_fields(asked.kind, service.settings)
    return {"kind": asked.kind, "fields": fields, "used": used}


@router.post(
    "/cases/{case_id}/notices",
    status_code=201,
    response_model=said(NoticeIssued),
    dependencies=[allow("cases.work", of="case:{case_id}")],
)
def issue_notice(
    connection: Writing, desk: Working, service: Served, case_id: int, asked: NoticeForm
) -> dict[str, Any]:
    """Issue a paper and keep what stands in it."""
    return case_notices.issue(connection, desk, case_id, asked.kind, asked.fields, service.settings)


@router.get("/case-notices/{notice_id}", response_model=None, dependencies=[allow("cases.read")])
def notice_file(
    connection: Reading,
    service: Served,
    notice_id: int,
    format_: Annotated[Literal["docx", "pdf"], Query(alias="format")] = "docx",
) -> Response:
    """A paper as a file."""
    row = case_notices.notice(connection, notice_id)
    paper = case_notices.paper(connection, notice_id, service.settings)
    name = quote(f"{row['kind']}_{row['number'] or notice_id}.{format_}")
    return Response(
        papers.written(paper, format_),
        media_type=papers.MEDIA_TYPES[format_],
        headers={
            "content-disposition": f'attachment; filename="case-notice.{format_}"; '
            f"filename*=UTF-8''{name}",
            "cache-control": "no-store",
        },
    )
