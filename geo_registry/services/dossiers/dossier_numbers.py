"""How a dossier writes numbers: areas, metres, chances, changes."""

from __future__ import annotations

from typing import Any


def rounded(value: Any, decimals: int = 0) -> str:
    """A number with thousands apart and so many decimals."""
    return f"{float(value):,.{decimals}f}"


_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def chance(text: str) -> str:
    """A chance as a person writes it: 0.0312, or 2×10⁻⁹."""
    value = float(text)
    if value >= 1e-3 or value <= 0:
        return f"{value:.3g}"
    figures, _, power = f"{value:.1e}".partition("e")
    return f"{float(figures):g}×10{str(int(power)).translate(_RAISED)}"


def signed(value: Any) -> str:
    """A change, with its sign."""
    return f"{float(value):+,.0f}".replace("-", "−")


def square_metres(value: Any) -> str:
    """Square metres."""
    return f"{rounded(value)} m²"


def with_mu(area_m2: Any, area_mu: Any) -> str:
    """Square metres and 亩."""
    return f"{square_metres(area_m2)}（{rounded(area_mu, 2)} 亩）"


def metres(value: Any) -> str:
    """Metres, a dash for none."""
    return f"{float(value):g} m" if float(value) else "—"
