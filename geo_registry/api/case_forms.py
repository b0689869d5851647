"""What is filled in for the steps of a case: one form a step, told apart by ``act``."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from geo_registry.domain.case import Act, Closure, Matter
from geo_registry.services.cases.case_acts import facts_of
from geo_registry.services.cases.casework import Form

Words = Annotated[str, Field(max_length=2000)]
Short = Annotated[str, Field(max_length=200)]
Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
_OWN = frozenset({"act", "version", "reason", "on", "attachments"})


class StepForm(BaseModel):
    """What every step needs: why, from which version of the case, on which day, with what."""

    model_config = ConfigDict(extra="forbid")

    version: Annotated[int, Field(ge=1)]
    reason: Words
    on: date | None = None
    attachments: list[Id] = Field(default=[], max_length=100)

    @property
    def form(self) -> Form:
        """As the services take it."""
        return Form(self.reason, self.version, self.on, tuple(self.attachments))

    @property
    def facts(self) -> dict[str, Any]:
        """What this step asks beside that."""
        return facts_of(self.model_dump(exclude=set(_OWN)))


class Accept(StepForm):
    """受理."""

    act: Literal[Act.ACCEPT]
    owner: Id | None = None
    priority: Annotated[int, Field(ge=1, le=3)] | None = None
    due_on: date | None = None


class Assign(StepForm):
    """指派核查."""

    act: Literal[Act.ASSIGN]
    inspector: Id
    due_on: date | None = None


class Visit(StepForm):
    """现场检查."""

    act: Literal[Act.VISIT]
    present: Short = ""
    surveys: list[Id] = Field(default=[], max_length=50)


class Plain(StepForm):
    """Steps that need no more than why."""

    act: Literal[Act.INCONCLUSIVE, Act.REPORT, Act.REINSPECT, Act.NOTE]


class Serve(StepForm):
    """送达."""

    act: Literal[Act.SERVE]
    proof: Words
    due_on: date | None = None


class SendBack(StepForm):
    """复查未通过."""

    act: Literal[Act.SEND_BACK]
    due_on: date | None = None
    survey_id: Id | None = None


class ProposeClosure(StepForm):
    """提出销号."""

    act: Literal[Act.PROPOSE_CLOSURE]
    closure: Closure
    survey_id: Id | None = None
    approval_id: Id | None = None
    evidence: Words = ""
    basis: Words = ""


class LookBackForm(StepForm):
    """回头看."""

    act: Literal[Act.LOOK_BACK]
    months: Annotated[int, Field(ge=1, le=120)]
    survey_id: Id | None = None


class Merge(StepForm):
    """并案."""

    act: Literal[Act.MERGE]
    into_id: Id


class Dismiss(StepForm):
    """认定不属实."""

    act: Literal[Act.DISMISS]
    suppress_until: date | None = None


class Substantiate(StepForm):
    """认定属实."""

    act: Literal[Act.SUBSTANTIATE]
    statement: Words
    survey_id: Id | None = None
    why_not_measured: Words = ""


class Transfer(StepForm):
    """移送."""

    act: Literal[Act.TRANSFER]
    department: Short


class Notify(StepForm):
    """责令整改."""

    act: Literal[Act.NOTIFY]
    number: Short
    measures: Words
    days: Annotated[int, Field(ge=1, le=730)] | None = None


class Extend(StepForm):
    """延期."""

    act: Literal[Act.EXTEND]
    due_on: date
    approval: Short


class PlainDecision(StepForm):
    """Decisions that need no more than why."""

    act: Literal[Act.TAKE_BACK, Act.ESCALATE, Act.REJECT_CLOSURE, Act.CLOSE, Act.RESUME]


class Reopen(StepForm):
    """反弹重开."""

    act: Literal[Act.REOPEN]
    survey_id: Id | None = None


class PauseForm(StepForm):
    """停止计算时限."""

    act: Literal[Act.PAUSE]
    ground: Short


WorkForm = Annotated[
    Accept | Assign | Visit | Plain | Serve | SendBack | ProposeClosure | LookBackForm | Merge,
    Field(discriminator="act"),
]
DecisionForm = Annotated[
    Dismiss | Substantiate | Transfer | Notify | Extend | PlainDecision | Reopen | PauseForm,
    Field(discriminator="act"),
]


class OpenForm(BaseModel):
    """A new case: of a finding, or of what somebody reported."""

    model_config = ConfigDict(extra="forbid")

    reason: Words
    on: date | None = None
    finding: Id | None = None
    source: Short = ""
    title: Short = ""
    matter: Matter = Matter.LAND
    cemetery: Id | None = None
    town: Annotated[str, Field(pattern=r"^\d{9}$")] | None = None
    point: tuple[float, float] | None = None
    """Longitude, latitude (EPSG:4490)."""
    priority: Annotated[int, Field(ge=1, le=3)] = 2

    @property
    def form(self) -> Form:
        """As the services take it."""
        return Form(self.reason, None, self.on)


class PartyForm(BaseModel):
    """A department that takes part."""

    model_config = ConfigDict(extra="forbid")

    department: Short
    role: Literal["lead", "assist", "receive"] = "assist"
    contact: Short = ""


class TaskForm(BaseModel):
    """What a department is asked."""

    model_config = ConfigDict(extra="forbid")

    department: Short
    asked: Words
    due_on: date | None = None


class ReplyForm(BaseModel):
    """What a department answered."""

    model_config = ConfigDict(extra="forbid")

    words: Words
    number: Short = ""
    on: date | None = None


class NoticeForm(BaseModel):
    """A paper to be issued; ``fields`` stand in place of what the file says."""

    model_config = ConfigDict(extra="forbid")

    kind: Short
    fields: dict[Short, Words] = Field(default={}, max_length=40)


class RoundForm(BaseModel):
    """An inspection round; no towns and no cemeteries: the whole district."""

    model_config = ConfigDict(extra="forbid")

    title: Short
    begins_on: date
    ends_on: date
    note: Words = ""
    towns: list[Annotated[str, Field(pattern=r"^\d{9}$")]] = Field(default=[], max_length=100)
    cemeteries: list[Id] = Field(default=[], max_length=1000)


class SendForm(BaseModel):
    """Who looks at a cemetery of a round."""

    model_config = ConfigDict(extra="forbid")

    inspector: Id


class StopForm(BaseModel):
    """What was found at a cemetery of a round."""

    model_config = ConfigDict(extra="forbid")

    outcome: Literal["clear", "lead", "unreachable"]
    note: Words = ""
    on: date | None = None
    title: Short = ""
