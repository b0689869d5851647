"""Proposals and contributions over HTTP: permissions, versions, stale forms, papers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from fastapi.testclient import TestClient

from geo_registry.domain.people import Role

URL = "/api/v1/proposals"
ASKED = {
    "name": "枣园路", "applicant": "港头村委会", "reason": "路旁旧有枣园",
    "geometry": {"type": "LineString", "coordinates": [[122.101, 37.405], [122.106, 37.405]]},
    "papers": [{"kind": "application"}],
}  # fmt: skip


def _post(client: TestClient, path: str, body: Any, status: int = 201) -> Any:
    answer = client.post(path, json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


def _step(client: TestClient, shown: Any, step: str, status: int = 201, **body: Any) -> Any:
    body = {"version": shown["version"]} | body
    return _post(client, f"{URL}/{shown['id']}/{step}", body, status)


def _endorsed(client: TestClient) -> Any:
    shown = _post(client, URL, ASKED)
    shown = _step(client, shown, "precheck")
    return _step(client, shown, "endorsement", opinion="同意", despite="已征求意见")


def test_a_proposal_goes_its_way_and_shows_what_comes_next(client: TestClient) -> None:
    shown = _post(client, URL, ASKED)
    assert (shown["state"], shown["version"]) == ("proposed", 1)
    assert shown["next"] == {"act": "precheck", "title": "预核"}
    assert shown["direction"] == "东西走向"
    assert shown["length_m"] > 400
    shown = _step(client, shown, "precheck")
    assert shown["verdict"] == "通过"
    assert client.get(f"/api/v1/name-reports/{shown['report']}").status_code == 200
    opinion = {"who": "村民代表会议", "words": "同意", "asked": 30, "agreed": 29}
    shown = _step(client, shown, "opinions", **opinion)
    shown = _step(client, shown, "review", opinion="同意")
    shown = _step(client, shown, "consultation", until="2026-11-30", channel="公开栏")
    assert shown["shown_until"] == "2026-11-30"
    early = _step(client, shown, "consultation-end", 422, outcome="无异议")
    assert "才期满" in early["detail"]
    assert [s["act"] for s in shown["steps"]] == [
        "propose", "precheck", "hear", "review", "consult",
    ]  # fmt: skip
    assert {m["kind"] for m in shown["missing"] if m["confirmed"]} == {"decision"}


def test_a_decision_gives_the_name_and_starts_the_clocks(client: TestClient) -> None:
    shown = _endorsed(client)
    reply = {"authority": "威海市环翠区人民政府", "number": "威环政字〔2026〕3号",
             "decided_on": "2026-11-23"}  # fmt: skip
    refused = _step(client, shown, "decision", 422, **reply)
    assert "批准文件" in refused["detail"]
    shown = _step(client, shown, "decision", papers=[{"kind": "decision"}], **reply)
    assert {d["what"]: d["due"] for d in shown["deadlines"]} == {
        "备案": "2026-12-08", "公告": "2026-12-08",
    }  # fmt: skip
    place = client.get(f"/api/v1/places/{shown['place']}/events").json()["items"]
    assert place[-1]["kind"] == "named"
    due = client.get(f"{URL}/overdue", params={"within_days": 15}).json()["items"]
    assert {d["subject"] for d in due} == {shown["subject"]}
    shown = _step(client, shown, "filing", filed_with="威海市人民政府")
    shown = _step(client, shown, "announcement", channel="区政府网站")
    assert set(shown["announcement"]) == {
        "标准名称", "罗马字母拼写", "所属政区", "位置描述", "批准机关", "批准时间",
    }  # fmt: skip
    shown = _step(client, shown, "signs", signs=2)
    shown = _step(client, shown, "publication")
    assert (shown["state"], shown["next"]) == ("published", None)
    assert client.get(f"{URL}/counts").json()["overdue"] == 0
    assert client.get(URL, params={"state": "open"}).json()["items"] == []
    listed = client.get(f"{URL}/papers/list", params={"number": shown["id"], "format": "xlsx"})
    assert listed.content.startswith(b"PK")
    for kind, start in (("docx", b"PK"), ("pdf", b"%PDF")):
        made = client.get(f"{URL}/papers/announcement",
                          params={"number": shown["id"], "format": kind})  # fmt: skip
        assert made.content.startswith(start)
        assert quote("地名公告") in made.headers["content-disposition"]


def test_a_stale_form_is_shown_what_is_there_now(client: TestClient) -> None:
    old = _post(client, URL, ASKED)
    _step(client, old, "precheck")
    stale = _step(client, old, "withdrawal", 409, reason="不要了")
    assert stale["code"] == "stale"
    assert stale["current"]["state"] == "prechecked"
    assert stale["current"]["version"] == 2
    assert client.get(f"{URL}/{old['id']}").json()["state"] == "prechecked"


def test_a_pending_name_of_a_proposal_is_not_approved_past_it(client: TestClient) -> None:
    shown = _post(client, URL, ASKED)
    events = client.get(f"/api/v1/places/{shown['place']}/events").json()
    name_id = next(e["name_id"] for e in events["items"] if e["kind"] == "proposed")
    decision = {"authority": "区政府", "effective_on": "2026-11-23"}
    refused = _post(client, f"/api/v1/place-names/{name_id}/approval", decision, 422)
    assert shown["subject"] in refused["detail"]


def test_roles_and_towns_are_held_to(acting_as: Callable[..., TestClient]) -> None:
    clerk = acting_as(Role.CLERK, towns=["371002101"])
    shown = _post(clerk, URL, ASKED)
    shown = _step(clerk, shown, "precheck")
    opinion = {"opinion": "同意", "despite": "已征求"}
    assert "登记员不能" in _step(clerk, shown, "endorsement", 403, **opinion)["detail"]
    elsewhere = acting_as(Role.APPROVER, towns=["371002103"])
    _step(elsewhere, shown, "endorsement", 403, **opinion)
    volunteer = acting_as(Role.VOLUNTEER)
    assert volunteer.get(URL).status_code == 403
    assert _step(acting_as(Role.APPROVER), shown, "endorsement", **opinion)["state"] == "endorsed"


def test_a_volunteer_sends_and_reads_the_answer(
    client: TestClient, acting_as: Callable[..., TestClient]
) -> None:
    volunteer = acting_as(Role.VOLUNTEER)
    sent = {"name": "文化路", "geometry": {"type": "Point", "coordinates": [122.1005, 37.4]},
            "story": "过去叫文化街"}  # fmt: skip
    got = _post(volunteer, "/api/v1/contributions", sent)
    assert got["matches"][0]["name"] == "文化路"
    path = f"/api/v1/contributions/{got['id']}"
    body = {"version": 1, "answer": "已有登记，谢谢。"}
    _post(volunteer, f"{path}/rejection", body, 403)
    merged = _post(client, f"{path}/merger", body | {"place": got["matches"][0]["subject"]})
    assert merged["state"] == "merged"
    (mine,) = volunteer.get("/api/v1/contributions").json()["items"]
    assert mine["answer"] == "已有登记，谢谢。"
    # What another person sent in is hidden from a volunteer as if it were not there.
    assert acting_as(Role.VOLUNTEER).get(path).status_code == 404
    assert _post(client, f"{path}/rejection", body, 409)["code"] == "stale"


def test_a_table_is_proposed_whole_or_its_good_rows(client: TestClient) -> None:
    rows = "名称,编号,命名理由\n枣园路,place:4,旧有枣园\n,place:3,无\n"
    asked = {"file_name": "申报.csv", "applicant": "羊亭镇人民政府"}
    refused = client.post(f"{URL}/table", params=asked, content=rows.encode())
    assert refused.status_code == 201, refused.text
    assert not refused.json()["stored"]
    done = client.post(f"{URL}/table", params=asked | {"admit_good": "true"}, content=rows.encode())
    assert done.json()["stored"], done.text
    assert [v["结论"] for v in done.json()["verdicts"]] == ["通过", "未接收"]
    (line,) = client.get(URL, params={"batch": done.json()["batch"]}).json()["items"]
    assert line["applicant"] == "羊亭镇人民政府"


def test_signs_and_protection(client: TestClient) -> None:
    shown = _post(client, "/api/v1/places/place:1/signs",
                  {"lon": 122.1, "lat": 37.4, "planned": True})  # fmt: skip
    assert (shown["state"], bool(shown["romanized"])) == ("planned", True)
    path = f"/api/v1/signs/{shown['id']}/checks"
    assert _post(client, path, {"state": "damaged", "note": "断"}, 422)["detail"]
    assert _post(client, path, {"state": "installed"})["state"] == "standing"
    assert _post(client, path, {"state": "damaged", "note": "撞断"})["note"] == "撞断"
    listed = {"list_title": "示例名录", "listed_on": "2026-01-01"}
    _post(client, "/api/v1/places/place:1/protection", listed)
    _post(client, "/api/v1/places/place:1/protection", listed, 409)
    asked = {"kind": "更名", "place": "place:1", "name": "枣园路", "applicant": "甲",
             "reason": "乙", "papers": [{"kind": "application"}]}  # fmt: skip
    shown = _post(client, URL, asked)
    assert shown["protected"]
    shown = _step(client, shown, "precheck")
    opinion = {"opinion": "同意", "despite": "已征求"}
    refused = _step(client, shown, "endorsement", 422, **opinion)
    assert "地名保护措施" in refused["detail"]
    measure = [{"kind": "protection_measure", "title": "立碑存名"}]
    assert _step(client, shown, "endorsement", papers=measure, **opinion)["state"] == "endorsed"
