"""Which statistical codes the registry holds, asked for a whole table at once."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, text


def known_codes(connection: Connection, codes: Sequence[str]) -> set[str]:
    """Those of the statistical codes that the registry holds."""
    rows = connection.execute(
        text(
            "SELECT code FROM registry.admin_division "
            "WHERE code_system = 'nbs' AND code = ANY (:codes)"
        ),
        {"codes": list(codes)},
    )
    return set(rows.scalars())
