"""``geo-registry waive``: a pair is no fault under one rule, for a reason and for a time."""

from __future__ import annotations

import json
from datetime import datetime

import click

from geo_registry import reference as reference_tables
from geo_registry.cli.answering import json_option
from geo_registry.cli.names import today
from geo_registry.cli.opening import registry
from geo_registry.services.findings import listing, waiving
from geo_registry.settings import Settings
from geo_registry.store.database import current_person


@click.command("waive")
@click.argument("finding")
@click.option(
    "--pair",
    "pairs",
    nargs=2,
    multiple=True,
    metavar="A B",
    help="只豁免这一对，如 place:12 place:40；可重复。缺省：该问题涉及的每一对。",
)
@click.option("--reason", required=True, help="理由。")
@click.option(
    "--expires",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="有效期的最后一天，如 2026-12-31；缺省：长期。",
)
@json_option
def waive(
    *,
    finding: str,
    pairs: tuple[tuple[str, str], ...],
    reason: str,
    expires: datetime | None,
    as_json: bool,
) -> None:
    """豁免一个问题（编号，或指纹的前 8 位以上）中的若干对。"""
    settings = Settings.from_environment()
    with registry(f"豁免：{reason}") as connection:
        number = waiving.finding_id_of(connection, finding)
        waiving.waive(
            connection,
            number,
            pairs=pairs or None,
            reason=reason,
            expires_on=expires.date() if expires else None,
            on=today(),
            person=current_person(connection),
        )
        found = listing.one_finding(
            connection,
            number,
            profile=reference_tables.load_profile(settings.data, settings.profile),
            on=today(),
        )
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, default=str))
        return
    until = f"至 {expires:%Y-%m-%d}" if expires else "长期有效"
    left = len(found["pairs"]) - len({tuple(w["pair"]) for w in found["waivers"]})
    click.echo(
        f"已豁免（{until}）：{found['message']}"
        if found["state"] == "waived"
        else f"已记录豁免（{until}）；该问题还有 {left} 对没有豁免，仍为待处理。"
    )
