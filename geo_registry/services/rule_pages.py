"""What a rule's page says, as plain values for the API, the command line and the docs."""

from __future__ import annotations

from typing import Any

from geo_registry.domain.basis import Basis
from geo_registry.domain.rule import Rule


def describe(rule: Rule) -> dict[str, Any]:
    """Everything a person may want to know of a rule."""
    return {
        "id": rule.id,
        "version": rule.version,
        "title": rule.title,
        "severity": {
            outcome: {"new": judgement.severity.new, "legacy": judgement.severity.legacy}
            for outcome, judgement in rule.judgements.items()
        },
        "messages": {outcome: j.message for outcome, j in rule.judgements.items()},
        "applies_to": list(rule.applies_to),
        "basis": [describe_basis(b) for b in rule.basis],
        "confidence": rule.confidence,
        "guidance": {
            "why": rule.guidance.why,
            "fix": rule.guidance.fix,
            "exempt": rule.guidance.exempt,
        },
        "doc": rule.doc.strip(),
        "examples": {
            "fires_on": [e.title for e in rule.fires_on],
            "silent_on": [e.title for e in rule.silent_on],
        },
    }


def describe_basis(basis: Basis) -> dict[str, Any]:
    """A legal basis with its dates and how well it is known."""
    return {
        "law": basis.law,
        "article": basis.article,
        "number": basis.number,
        "text": str(basis),
        "confidence": basis.confidence,
        "valid_from": basis.valid_from,
        "valid_to": basis.valid_to,
        "note": basis.note,
    }
