"""What a generic part tells of the kind of place it belongs to."""

from __future__ import annotations

from functools import lru_cache

from geo_registry.domain.reference import Reference
from geo_registry.domain.toponym import Toponym


def foreign_generic(
    toponym: Toponym, place_class: str, reference: Reference
) -> tuple[str, str] | None:
    """The generic of another family in which a name ends, with that family; None where none.

    Only generics that tell the kind of thing by themselves count, and none that the family of the
    place has too.
    """
    family = place_class.split(".")[0]
    name = toponym.keys.stem
    if family not in reference.forms.telling or name.endswith(reference.forms.idiomatic):
        return None
    own = reference.generics.get(family, ())
    for generic, kind in _telling(reference):
        longer = len(name) > len(generic) >= len(toponym.generic)
        if longer and name.endswith(generic):
            return None if generic in own or kind == family else (generic, kind)
    return None


def other_grade(toponym: Toponym, place_class: str, reference: Reference) -> tuple[str, str] | None:
    """A generic that only other classes of the family have, with one of them; None where none."""
    family = place_class.split(".")[0]
    own = reference.generics.get(place_class, ())
    if place_class == family or not own:
        return None
    generic = toponym.generic
    if family == "division" and toponym.keys.stem.endswith(reference.forms.quasi_divisions):
        return None
    if generic in own or (not generic and toponym.keys.stem.endswith(own)):
        return None
    for grade, generics in reference.generics.items():
        if grade.startswith(family + "."):
            for known in generics:
                if known == generic or (not generic and toponym.keys.stem.endswith(known)):
                    return known, grade
    return None


@lru_cache(maxsize=4)
def _telling(reference: Reference) -> tuple[tuple[str, str], ...]:
    """Telling generics, longest first, each with the first family that lists it."""
    found: dict[str, str] = {}
    for family, words in reference.forms.telling.items():
        for word in words:
            found.setdefault(word, family)
    return tuple(sorted(found.items(), key=lambda pair: (-len(pair[0]), pair[0])))
