"""Rules: one file a rule, named after its id; the catalogue finds them by itself."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from geo_registry.domain.errors import NotFound
from geo_registry.domain.rule import Rule

FAMILIES = ("pn", "cm", "gd")
"""Folders with rule files: place names, cemeteries, the data themselves."""


@lru_cache
def catalogue() -> Mapping[str, Rule]:
    """Every rule by its id, in the order of the ids.

    A rule file defines ``RULE``, or ``RULES`` where one predicate serves a family of ids.
    """
    found: dict[str, Rule] = {}
    for family in FAMILIES:
        package = importlib.import_module(f"{__name__}.{family}")
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            loaded = importlib.import_module(module.name)
            for rule in getattr(loaded, "RULES", None) or (loaded.RULE,):
                found[rule.id] = rule
    return MappingProxyType(dict(sorted(found.items())))


def rule(rule_id: str) -> Rule:
    """One rule, or :class:`NotFound` naming the rules that resemble it."""
    rules = catalogue()
    if rule_id not in rules:
        family = rule_id.rsplit(".", 1)[0]
        near = [known for known in rules if known.startswith(family)] or list(rules)
        raise NotFound(f"没有规则“{rule_id}”。现有：{'、'.join(near)}。")
    return rules[rule_id]
