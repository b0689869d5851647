"""The same request twice at once, and once more: no route makes two records of one thing.

Every route that writes stands in one of the tables below, or asks for the version that its form
shows; a new one has to be put there. What is done to one record is tried as well as what makes one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest
import shapely
from fastapi.testclient import TestClient
from sqlalchemy import text

from geo_registry.api.service import Service
from geo_registry.domain.burial import check_digit
from geo_registry.domain.people import Role
from geo_registry.store.database import LOCAL_USER, transaction
from geo_registry.store.plots import PlotRow, insert_plots

API = "/api/v1"
JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffdb") + bytes(99) + b"\xff\xd9"
PAPER = {
    "authority": "区政府", "effective_on": "2026-11-20", "number": "〔2026〕1号", "reason": "报批",
}  # fmt: skip
CLICKED = ("login_event", "login_session", "api_token")
"""Tables that note who was here and what was refused; of tokens, only when one was used."""


@dataclass(frozen=True)
class Ask:
    """One request, ready to be sent more than once."""

    path: str
    asked: Any = None
    role: Role = Role.CLERK
    more: Mapping[str, Any] = field(default_factory=dict)


class Bench:
    """The service, and somebody in each role."""

    def __init__(self, client: TestClient, acting_as: Callable[..., TestClient]) -> None:
        self.service: Service = client.app.state.service  # type: ignore[attr-defined]
        self.of = {role: acting_as(role) for role in Role}
        self._plots = 0

    def send(self, ask: Ask) -> Any:
        return self.of[ask.role].post(f"{API}{ask.path}", json=ask.asked, **ask.more)

    def made(self, path: str, asked: Any = None, role: Role = Role.CLERK, **more: Any) -> Any:
        answer = self.send(Ask(path, asked, role, more))
        assert answer.status_code < 300, (path, answer.text)
        return answer.json() if answer.content else None

    def id_of(self, path: str, asked: Any = None, role: Role = Role.CLERK, **more: Any) -> int:
        return int(self.made(path, asked, role, **more)["id"])

    def plot(self, kind: str = "ash_single") -> int:
        self._plots += 1
        with transaction(self.service.engine, person=LOCAL_USER, reason="登记") as connection:
            (made,) = insert_plots(connection, [PlotRow(1, f"{self._plots}号", kind)])
        return made

    def rows(self, *left_out: str) -> dict[str, str]:
        """A digest of every table but ``left_out`` and those in which a click is noted."""
        with self.service.engine.connect() as connection:
            tables = connection.scalars(
                text("SELECT tablename FROM pg_tables WHERE schemaname = 'registry' ORDER BY 1")
            ).all()
            return {
                table: str(connection.scalar(text(
                    "SELECT count(*) || md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), "
                    f"'')) FROM registry.{table} t"
                )))
                for table in tables
                if table not in {*CLICKED, *left_out}
            }  # fmt: skip

    def twice_and_later(self, ask: Ask, *left_out: str) -> tuple[list[int], Any, list[str]]:
        """What two clicks at once get, what one that comes later gets, and what that changed."""
        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(self.send, [ask, ask]))
        before = self.rows(*left_out)
        late = self.send(ask)
        after = self.rows(*left_out)
        return (
            sorted(a.status_code for a in answers),
            late,
            [table for table in after if after[table] != before[table]],
        )


# ---- what is asked ------------------------------------------------------------------------------

BURIAL = {"died_on": "2024-04-20", "buried_on": "2024-05-01"}
ECO = BURIAL | {
    "kind": "海葬",
    "hukou_code": "371002101201",
    "place": "示例海域",
    "confirmed_by": "示例殡仪馆",
}
APPLIED = {"name": "李三小", "applied_on": "2024-05-06"}
CHARGE = {
    "cemetery_id": 1, "amount_yuan": "100", "item_title": "墓位", "charged_on": "2026-11-20",
}  # fmt: skip
LIST = {
    "title": "清单", "cemetery_id": 1,
    "items": [{"code": "A", "title": "墓位", "price_type": "market"}],
}  # fmt: skip
ROUND = {"title": "冬季排查", "begins_on": "2026-11-20", "ends_on": "2026-12-20"}
FOUND = {
    "finding": "cm.bound.exceeds_approved", "outcome": "unlawful", "reason": "现场核实",
    "legal_basis": "殡葬管理条例（2026年修订）条款待核",
}  # fmt: skip
LEAD = {"reason": "电话举报", "cemetery": 1}
TASK = {"department": "forestry", "asked": "核实是否林地"}
TALK = {"title": "讲座", "held_on": "2026-05-01", "participants": 40}
TEAM = {"name": "红马甲", "members": 8, "founded_on": "2025-05-01"}


def id_number(person: int) -> str:
    first = f"37100218000101{person:03}"
    return first + check_digit(first)


def line(north: float) -> dict[str, Any]:
    return {"type": "LineString", "coordinates": [[122.101, north], [122.106, north]]}


def photo(**params: str) -> dict[str, Any]:
    return {"params": {"file_name": "a.jpg", **params}, "content": JPEG}


def boundary(name: str, west: float) -> dict[str, Any]:
    shape = shapely.box(west, 37.4, west + 0.001, 37.4006)
    feature = {
        "type": "Feature", "properties": {"名称": name},
        "geometry": json.loads(shapely.to_geojson(shape)),
    }  # fmt: skip
    asked = {"file_name": "批准.geojson", "kind": "approval", "method": "cad", "on": "2020-01-01"}
    return {"params": asked, "content": json.dumps(feature).encode()}


def case(b: Bench, title: str) -> Any:
    return b.made("/cases", LEAD | {"title": title})


def visited(b: Bench) -> int:
    found = case(b, "举报：填土")
    steps = f"/cases/{found['id']}/steps"
    session = b.of[Role.INSPECTOR].get(f"{API}/session").json()
    who = int(session["person"]["id"].removeprefix("person:"))
    for more in (
        {"act": "accept", "reason": "受理"},
        {"act": "assign", "reason": "请核查", "inspector": who},
        {"act": "visit", "reason": "有新填土"},
    ):
        found = b.made(steps, {"version": found["version"], **more})
    return int(found["id"])


def contribution(b: Bench, name: str) -> Any:
    at = {"type": "Point", "coordinates": [122.1, 37.4]}
    return b.made("/contributions", {"name": name, "story": "旧有枣园", "geometry": at})


def proposal(b: Bench, name: str, north: float) -> Any:
    asked = {"name": name, "applicant": "港头村委会", "reason": "旧有枣园", "geometry": line(north)}
    return b.made("/proposals", asked | {"papers": [{"kind": "application"}]})


def finding(b: Bench) -> int:
    asked = {"rule": "cm.bound.exceeds_approved"}
    (found,) = b.of[Role.CLERK].get(f"{API}/findings", params=asked).json()["items"]
    return int(found["id"])


def assigned(b: Bench) -> int:
    plot = b.plot()
    given = {"holder_name": "李四", "term_years": 20, "term_from": "2024-01-01"}
    b.made(f"/plots/{plot}/assign", given)
    return plot


def application(b: Bench, person: int) -> int:
    number = id_number(person)
    eco = b.id_of("/eco-burials", ECO | {"name": "王二小", "id_number": number})
    return b.id_of("/subsidies", APPLIED | {"eco_burial_id": eco})


def _subsidies(b: Bench) -> Iterator[tuple[str, Ask]]:
    eco = b.id_of("/eco-burials", ECO | {"name": "王三"})
    yield "/subsidies", Ask("/subsidies", APPLIED | {"eco_burial_id": eco})
    going, on = application(b, 1), {"on": "2024-12-20"}
    for act, role, more in (
        ("check", Role.CLERK, {}),
        ("approve", Role.APPROVER, {}),
        ("pay", Role.CLERK, {"voucher": "V-1"}),
        ("recover", Role.APPROVER, {"reason": "重复享受"}),
    ):
        path = f"/subsidies/{going}/{act}"
        yield f"/subsidies/{{application_id}}/{act}", Ask(path, on | more, role)
    for person, act, role in ((2, "withdraw", Role.CLERK), (3, "refuse", Role.APPROVER)):
        path = f"/subsidies/{application(b, person)}/{act}"
        asked = on | {"reason": "不符合条件"}
        yield f"/subsidies/{{application_id}}/{act}", Ask(path, asked, role)


def _cemeteries(b: Bench) -> Iterator[tuple[str, Ask]]:
    cleric, chief = Role.CLERK, Role.APPROVER
    bury = "/cemeteries/{cemetery_id}/burials"
    for more in (
        {"name": "张一"},
        {"name": "张二", "plot_id": b.plot("ash_double")},
        {"name": "张三", "plot_id": b.plot("ash_double"), "id_number": id_number(11)},
    ):
        yield bury, Ask("/cemeteries/1/burials", BURIAL | more)
    moved = b.id_of("/cemeteries/1/burials", BURIAL | {"name": "张四"})
    away = Ask(f"/burials/{moved}/move", {"reason": "迁往外地"})
    yield "/burials/{burial_id}/move", away
    for number in ("", id_number(12)):
        yield "/eco-burials", Ask("/eco-burials", ECO | {"name": "王一", "id_number": number})
    wrong = b.id_of("/eco-burials", ECO | {"name": "王二"})
    void = Ask(f"/eco-burials/{wrong}/void", {"reason": "误登"})
    yield "/eco-burials/{eco_burial_id}/void", void
    yield "/charges", Ask("/charges", CHARGE)
    yield "/charges", Ask("/charges", CHARGE | {"invoice": "N-1"})
    paid = b.id_of("/charges", CHARGE | {"invoice": "N-2"})
    yield "/charges/{charge_id}/cancel", Ask(f"/charges/{paid}/cancel", {"reason": "已退还"})
    fees = Ask("/fee-lists", LIST | {"valid_from": "2024-01-01"}, chief)
    yield "/fee-lists", fees
    for act in ("post", "end"):
        listed = b.id_of("/fee-lists", LIST | {"valid_from": f"2023-0{len(act)}-01"}, chief)
        asked = Ask(f"/fee-lists/{listed}/{act}", {"on": "2025-01-01"}, chief)
        yield f"/fee-lists/{{list_id}}/{act}", asked
    mark = "/cemeteries/{cemetery_id}/marks"
    yield mark, Ask("/cemeteries/1/marks", {"since": "2024-01-01"}, chief)
    end = Ask("/cemeteries/1/marks/end", {"until": "2025-01-01"}, chief)
    yield "/cemeteries/{cemetery_id}/marks/end", end
    determined = Ask("/cemeteries/1/determinations", FOUND, chief)
    yield "/cemeteries/{cemetery_id}/determinations", determined
    number = b.id_of("/cemeteries/1/determinations", FOUND | {"reason": "再次核实"}, chief)
    back = Ask(f"/cemeteries/determinations/{number}/withdraw", {"reason": "材料有误"}, chief)
    yield "/cemeteries/determinations/{determination_id}/withdraw", back
    longer = {"years": 10, "term_end": "2043-12-31"}
    yield "/plots/{plot_id}/extend", Ask(f"/plots/{assigned(b)}/extend", longer)
    given = Ask(f"/plots/{b.plot()}/assign", {"holder_name": "李四"})
    yield "/plots/{plot_id}/assign", given
    yield "/plots/{plot_id}/{act}", Ask(f"/plots/{b.plot()}/reserve", None, cleric)


def _cases(b: Bench) -> Iterator[tuple[str, Ask]]:
    yield "/cases", Ask("/cases", LEAD | {"title": "举报：扩建"})
    path = f"/cases/{case(b, '举报：砌墙')['id']}"
    yield "/cases/{case_id}/parties", Ask(f"{path}/parties", {"department": "market"})
    yield "/cases/{case_id}/tasks", Ask(f"{path}/tasks", TASK)
    task = b.id_of(f"{path}/tasks", TASK | {"asked": "提供林权证"})
    yield "/case-tasks/{task_id}/reply", Ask(f"/case-tasks/{task}/reply", {"words": "不是林地"})
    record = {"kind": "现场检查笔录", "fields": {"在场人员": "村委会主任"}}
    yield "/cases/{case_id}/notices", Ask(f"/cases/{visited(b)}/notices", record)
    yield "/inspection-rounds", Ask("/inspection-rounds", ROUND, Role.APPROVER)
    whole = b.made("/inspection-rounds", ROUND | {"title": "补查"}, Role.APPROVER)
    stop = f"/inspection-stops/{whole['items'][0]['id']}/outcome"
    seen = Ask(stop, {"outcome": "lead", "note": "新填土"})
    yield "/inspection-stops/{stop_id}/outcome", seen
    end = Ask(f"/inspection-rounds/{whole['id']}/end", None, Role.APPROVER)
    yield "/inspection-rounds/{round_id}/end", end


def _offices(b: Bench) -> Iterator[tuple[str, Ask]]:
    chief = Role.ADMINISTRATOR
    new = {"login": "li.si", "name": "李四", "role": "clerk"}
    yield "/accounts", Ask("/accounts", new, chief)
    yield "/accounts/{login}/lock", Ask("/accounts/li.si/lock", {"reason": "离岗"}, chief)
    key = {"title": "同步程序", "acts": ["naming.propose"], "days": 30}
    yield "/tokens", Ask("/tokens", key)
    yield "/activities", Ask("/activities", TALK)
    talk = b.id_of("/activities", TALK | {"title": "展览"})
    wrong = Ask(f"/activities/{talk}/cancel", {"reason": "误登"})
    yield "/activities/{number}/cancel", wrong
    yield "/teams", Ask("/teams", TEAM)
    team = b.id_of("/teams", TEAM | {"name": "银发"})
    yield "/teams/{number}/end", Ask(f"/teams/{team}/end", {"on": "2026-05-01"})
    answers = {"division_code": "371002101", "name": "张三", "on": "2026-11-01"}
    yield "/responsible", Ask("/responsible", answers)
    one = b.id_of("/uploads", **boundary("新公墓", 122.1))
    yield "/uploads/{upload_id}/confirm", Ask(f"/uploads/{one}/confirm")


def _names(b: Bench) -> Iterator[tuple[str, Ask]]:
    chief = Role.APPROVER
    contributed = {
        "name": "柿园路", "story": "旧有柿园",
        "geometry": {"type": "Point", "coordinates": [122.1, 37.4]},
    }  # fmt: skip
    yield "/contributions", Ask("/contributions", contributed)
    asked = {
        "name": "李园路", "applicant": "村委会", "reason": "旧有李园", "geometry": line(37.406),
        "papers": [{"kind": "application"}],
    }  # fmt: skip
    yield "/proposals", Ask("/proposals", asked)
    new = {"name": "杏园路", "reason": "旧有杏园", "place_class": "road", "geometry": line(37.407)}
    yield "/places", Ask("/places", new)
    signs, at = "/places/{place}/signs", {"lon": 122.1, "lat": 37.4}
    yield signs, Ask("/places/place:3/signs", at | {"planned": True})
    yield signs, Ask("/places/place:3/signs", at)
    planned = b.id_of("/places/place:3/signs", at | {"lat": 37.401, "planned": True})
    stands = Ask(f"/signs/{planned}/checks", {"state": "installed"})
    yield "/signs/{sign}/checks", stands
    story = {"kind": "origin", "text": "因学校得名", "source": "县志"}
    yield "/places/{place}/stories", Ask("/places/place:3/stories", story)
    told = b.id_of("/places/place:3/stories", story | {"kind": "story"})
    better = Ask(f"/stories/{told}/corrections", {"text": "因文化馆得名"})
    yield "/stories/{story}/corrections", better
    listed = {"list_title": "名录", "listed_on": "2026-01-01"}
    protected = Ask("/places/place:3/protection", listed, chief)
    yield "/places/{place}/protection", protected
    b.made("/places/place:4/naming-answer", {"answer": "unclear"})
    own = b.of[Role.CLERK].get(f"{API}/undo").json()["items"][0]["revision"]
    yield "/undo/{revision}", Ask(f"/undo/{own}")
    proposed = Ask("/places/place:4/proposals", {"name": "枣园路", "reason": "旧有枣园"})
    yield "/places/{place}/proposals", proposed
    shown = b.of[Role.CLERK].get(f"{API}/places/place:4").json()
    (waiting,) = (n["id"] for n in shown["names"] if n["full"] == "枣园路")
    back = Ask(f"/place-names/{waiting}/withdrawal", {"reason": "不要了"})
    yield "/place-names/{proposal}/withdrawal", back
    again = b.made("/places/place:4/proposals", {"name": "枣园路", "reason": "旧有枣园"})
    approved = Ask(f"/place-names/{again['name_id']}/approval", PAPER, chief)
    yield "/place-names/{proposal}/approval", approved
    later = PAPER | {"effective_on": "2026-11-22", "name": "梨园路"}
    renamed = Ask("/places/place:4/renaming", later, chief)
    yield "/places/{place}/renaming", renamed
    other = b.made("/places", new | {"name": "桃园路", "geometry": line(37.408)})
    drawn = other["place"]["subject"]
    b.made(f"/place-names/{other['name_id']}/withdrawal", {"reason": "直接命名"})
    named = Ask(f"/places/{drawn}/names", PAPER | {"name": "桃园路"}, chief)
    yield "/places/{place}/names", named
    corrected = {"full": "文华路", "reason": "错字", "despite": "已核"}
    yield "/names/{name_id}/corrections", Ask("/names/1/corrections", corrected, chief)
    merged = Ask("/places/place:1/mergers", PAPER | {"places": ["place:2"]}, chief)
    yield "/places/{place}/mergers", merged
    gone = Ask(f"/places/{drawn}/abolition", later | {"name": None}, chief)
    yield (
        "/places/{place}/abolition",
        Ask(gone.path, {k: v for k, v in gone.asked.items() if k != "name"}, chief),
    )


ONCE = {
    "cemeteries": _cemeteries, "subsidies": _subsidies, "cases": _cases, "offices": _offices,
    "names": _names,
}  # fmt: skip
"""One of two clicks does it; the other, and one that comes later, are told so."""

NEVER_A_SECOND: Mapping[str, Callable[[Bench], Ask]] = {
    "/attachments": lambda _: Ask(
        "/attachments", more=photo(subject="place:1", kind="photo")
    ),
    "/contributions/{number}/photos": lambda b: Ask(
        f"/contributions/{contribution(b, '枣园路')['id']}/photos", more=photo()
    ),
    "/proposals/{proposal}/papers": lambda b: Ask(
        f"/proposals/{proposal(b, '苹果路', 37.409)['id']}/papers",
        {"papers": [{"kind": "application", "title": "补充说明"}]},
    ),
    "/cemeteries/{cemetery_id}/dossier": lambda _: Ask(
        "/cemeteries/1/dossier", {"format": "json"}
    ),
    "/name-reports": lambda _: Ask(
        "/name-reports",
        {"name": "海棠路", "place_class": "road", "at": "371002101201", "format": "json"},
    ),
    "/findings/{finding_id}/waivers": lambda b: Ask(
        f"/findings/{finding(b)}/waivers", {"reason": "已核"}, Role.APPROVER
    ),
    "/inspection-stops/{stop_id}/inspector": lambda b: Ask(
        "/inspection-stops/"
        f"{b.made('/inspection-rounds', ROUND, Role.APPROVER)['items'][0]['id']}/inspector",
        {"inspector": 2}, Role.APPROVER,
    ),
    "/places/{ident}/names/{name_id}/reading": lambda _: Ask(
        "/places/place:1/names/1/reading", {"syllables": "wén huà lù", "reason": "询问村民"}
    ),
    "/places/{ident}/names/{name_id}/split": lambda _: Ask(
        "/places/place:1/names/1/split",
        {"specific": "文", "modifier": "化", "generic": "路", "reason": "询问村民"},
    ),
    "/divisions/{system}/{code}/reading": lambda _: Ask(
        "/divisions/nbs/371002101201/reading", {"syllables": "shì lì", "reason": "询问村民"}
    ),
    "/places/{place}/naming-answer": lambda _: Ask(
        "/places/place:4/naming-answer", {"answer": "unclear"}
    ),
    "/road-decisions": lambda _: Ask(
        "/road-decisions", {"pair": ["place:1", "place:2"], "answer": "two", "reason": "两条路"}
    ),
    "/plots/{plot_id}/transfer": lambda b: Ask(
        f"/plots/{assigned(b)}/transfer", {"holder_name": "王五", "how": "transferred"}
    ),
}  # fmt: skip
"""Whoever asks again gets what is there already, and nothing is added."""

MEANT = {
    "/session": "whoever logs in on two machines has two sessions",
    "/session/try-out": "as any log-in",
    "/accounts/{login}/password": "each one-time password replaces the one before",
    "/name-checks": "a question; nothing is kept",
    "/name-comparisons": "a question; nothing is kept",
    "/cases/{case_id}/notices/draft": "a question; nothing is kept",
    "/uploads": "a file may be looked at again; its second confirmation is refused",
    "/uploads/{upload_id}/crs-answer": "the later answer about a file replaces the earlier",
    "/proposals/table": "each row is a proposal of a place, of which one may be open",
}
"""Asking again is meant, because …"""


@pytest.fixture
def bench(client: TestClient, acting_as: Callable[..., TestClient]) -> Bench:
    return Bench(client, acting_as)


@pytest.mark.parametrize("topic", ONCE)
def test_of_two_clicks_one_is_done_and_the_others_are_told(topic: str, bench: Bench) -> None:
    wrong = {}
    for route, ask in ONCE[topic](bench):
        (done, refused), late, changed = bench.twice_and_later(ask)
        told = 400 < refused < 500 and 400 < late.status_code < 500
        if not (done < 300 and told and len(late.json()["detail"]) > 8 and not changed):
            wrong[route] = (done, refused, late.text, changed)
    assert wrong == {}


def test_asking_again_adds_nothing(bench: Bench) -> None:
    wrong = {}
    for route, ask_of in NEVER_A_SECOND.items():
        # When a finding was judged last is noted each time.
        codes, late, changed = bench.twice_and_later(ask_of(bench), "finding")
        if not (all(code < 300 for code in [*codes, late.status_code]) and not changed):
            wrong[route] = (codes, late.text, changed)
    assert wrong == {}


def test_of_two_uploads_of_one_file_one_is_stored(bench: Bench) -> None:
    both = [bench.id_of("/uploads", **boundary("新公墓", 122.1)) for _ in range(2)]
    asks = [Ask(f"/uploads/{number}/confirm") for number in both]
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(bench.send, asks))
    assert sorted(a.status_code for a in answers) == [200, 409], [a.text for a in answers]


def test_every_route_that_writes_says_what_a_second_click_does(bench: Bench) -> None:
    described = bench.of[Role.CLERK].get(f"{API}/openapi.json").json()
    once = {route for topic in ONCE.values() for route, _ in _listed(topic, bench)}
    known = once | NEVER_A_SECOND.keys() | MEANT.keys()
    written = {
        path.removeprefix(API): acts["post"]
        for path, acts in described["paths"].items()
        if "post" in acts
    }
    assert known - written.keys() == set()
    open_ = written.keys() - known
    assert {r for r in open_ if not _asks_a_version(written[r], described)} == set()


def _listed(topic: Callable[[Bench], Iterator[tuple[str, Ask]]], b: Bench) -> Iterator[Any]:
    for route, ask in topic(b):
        b.send(ask)
        yield route, ask


def _asks_a_version(operation: Any, described: Any) -> bool:
    """Whether every form of a request must say which version it shows (or is one of them)."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})

    def demanded(schema: Any) -> bool:
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            return demanded(described["components"]["schemas"][name])
        forms = schema.get("oneOf") or schema.get("anyOf")
        if forms:
            return all(map(demanded, forms))
        return "version" in schema.get("required", ())

    return demanded(content.get("schema", {}))
