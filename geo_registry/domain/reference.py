"""What rules judge by: character and word tables, and the profile of a district."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from geo_registry.domain.calendar import NO_CALENDAR, Calendar
from geo_registry.domain.case_terms import NO_CASE_TERMS, CaseTerms
from geo_registry.domain.dialect import NO_MERGERS, Mergers
from geo_registry.domain.eco_burial import EcoKind
from geo_registry.domain.fees import NO_TERMS, FeeTerms
from geo_registry.domain.figure import Defect, Figure
from geo_registry.domain.login import LoginLimits
from geo_registry.domain.lookalike import NO_LOOKALIKES, Lookalikes
from geo_registry.domain.name_forms import CodesOf, NameForms, no_codes
from geo_registry.domain.people import NO_PERMISSIONS, Permissions
from geo_registry.domain.plot import PlotLimit
from geo_registry.domain.procedure import NO_PROCEDURE, Procedure
from geo_registry.domain.secrecy import NO_CLEARANCES, Clearances
from geo_registry.domain.subsidy import Scheme
from geo_registry.domain.wordlist import WordList

Parts = tuple[str, str, str]
"""专名, modifier and 通名 of a name; together they are its stem."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One setting of a district, with where it comes from and whether the bureau confirmed it."""

    title: str
    value: Any
    source: str
    confirmed: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class UniquenessScope:
    """One row of the table of uniqueness: names of which classes must differ where, and in what.

    ``part`` is the written part that is compared (``full``, ``stem``, ``core``: fields of
    :class:`~geo_registry.domain.toponym.Keys`). ``sound`` is ``none`` for equal writing; ``toned``,
    ``toneless`` or ``dialect`` for names that are written differently and sound alike, tones
    included, tones aside, or to the ears of the district. ``rule`` is the rule that reports it.
    ``fallback`` is the kind of area that stands in where nobody knows the area of kind ``scope``.
    ``local`` marks what no law asks for: the district's own policy.
    """

    place_classes: tuple[str, ...]
    scope: str
    part: str
    sound: str
    rule: str
    basis: str
    fallback: str = ""
    local: bool = False
    confirmed: bool = True

    def concerns(self, place_class: str) -> bool:
        """Whether the row speaks of the class, or of a family that holds it."""
        return any(place_class == c or place_class.startswith(c + ".") for c in self.place_classes)


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """A district: who it is, its scopes, and its own thresholds (``data/profiles/<code>.toml``).

    ``legal_county_members``: the statistical county codes that together make the legal county,
    the scope in which committee-seat names must be unique. ``managed_towns``: the nine-digit
    statistical codes of the towns this bureau works in; empty = the whole legal county.
    """

    code: str
    name: str
    central_meridian: int
    legal_county_members: Parameter
    managed_towns: Parameter
    min_households: Parameter
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    uniqueness: tuple[UniquenessScope, ...] = ()
    """The district's own rows: a local one is added, another replaces the shipped rows of its rule,
    classes and sound (with an empty scope: nothing is compared)."""

    def compared(self, shipped: tuple[UniquenessScope, ...]) -> tuple[UniquenessScope, ...]:
        """The rows that hold in the district: the shipped ones as the district changed them."""
        changed = {(r.rule, r.place_classes, r.sound) for r in self.uniqueness if not r.local}
        kept = tuple(r for r in shipped if (r.rule, r.place_classes, r.sound) not in changed)
        return tuple(r for r in (*kept, *self.uniqueness) if r.scope)

    def setting(self, name: str, default: Any) -> Any:
        """The value of one of the district's own parameters."""
        return self.parameters[name].value if name in self.parameters else default

    def manages(self, town_code: str) -> bool:
        """Whether a town lies in the area this bureau works in."""
        return not self.managed_towns.value or town_code in self.managed_towns.value


@dataclass(frozen=True, slots=True)
class Spelling:
    """What the spelling rules need to know of single words (``romanisation_exceptions.tsv``).

    ``names``: a whole name → its words, where the rules divide it wrongly. ``starts``: specific
    parts that stand apart before a number (东四 in 东四十二条). ``numerals``: numerals that are
    words, not numbers (三八, 五一). ``er``: words in which 儿 is a syllable of its own (女儿).
    ``generics``: family of classes → generics that matter for spelling alone (马路). ``modifiers``:
    words of one syllable that join the generic (西 in 文化西路).
    """

    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    starts: tuple[str, ...] = ()
    numerals: frozenset[str] = frozenset()
    er: frozenset[str] = frozenset()
    generics: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    modifiers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """The tables shipped with the product, each with its version, as rules use them.

    ``standard_characters``: the 8,105 characters of 通用规范汉字表 → level 1, 2 or 3.
    ``character_readings``: the same characters → their readings in the dictionary of that table.
    ``simplified``: traditional character → standard form: by the standard table where that is
    unambiguous, else by OpenCC. ``generics``:
    place class → generic terms (通名), longest first. ``organisation_suffixes``: committee
    suffixes, longest first. ``community_suffixes``: what the comparison of cores strips besides
    (社区, the final 村). ``readings``: character or phrase → toned syllables (``zhang3``) that
    override the dictionary. ``local_readings``: the same from the district itself, which win over
    those. ``priors``: character → toneless reading → how many place names have it there as first,
    middle, last and only character. Compared by identity: one object a process, so that derived
    names can be cached by it.
    """

    version: str
    standard_characters: Mapping[str, int]
    character_readings: Mapping[str, tuple[str, ...]]
    simplified: Mapping[str, str]
    generics: Mapping[str, tuple[str, ...]]
    organisation_suffixes: tuple[str, ...]
    community_suffixes: tuple[str, ...]
    modifiers: tuple[str, ...]
    readings: Mapping[str, tuple[str, ...]]
    local_readings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    priors: Mapping[str, Mapping[str, tuple[int, ...]]] = field(default_factory=dict)
    spelling: Spelling = field(default_factory=Spelling)
    keys_version: str = ""
    """Of the tables that stored keys depend on; another one, and they are computed anew."""
    annotations: frozenset[str] = frozenset()
    """What in brackets is a note on a character, not a part of the name (同音)."""
    splits: Mapping[str, Mapping[str, Parts]] = field(default_factory=dict)
    """Stem → class → its parts, as the district splits it (``splits_local.tsv``)."""
    dialect: Mergers = NO_MERGERS
    lookalikes: Lookalikes = NO_LOOKALIKES
    uniqueness: tuple[UniquenessScope, ...] = ()
    """Within which area names must differ (``uniqueness.toml``, after article 9)."""
    generic_names: frozenset[str] = frozenset()
    """Cores that name no place in particular (街道, 中心): their repetition is ranked last."""
    numbering: str = ""
    """Regular expression of cores that are numbers of a scheme (一连, 第三): ranked last too."""
    forms: NameForms = field(default_factory=NameForms)
    """What the rules on form, characters and spelling judge by (``name_forms.toml``)."""
    wordlists: Mapping[str, WordList] = field(default_factory=dict)
    """Wording that names must not have, by the id of the list (``wordlists/*.toml``)."""
    figures: Mapping[str, Figure] = field(default_factory=dict)
    """What is counted, by id, in the order of its file (``figures/figures.toml``)."""
    defects: tuple[Defect, ...] = ()
    """Classes of defects of names (``figures/defects.toml``)."""
    plot_limits: tuple[PlotLimit, ...] = ()
    """How large plots may be, by date and law (``cemeteries/plot_limits.toml``)."""
    eco_kinds: Mapping[str, EcoKind] = field(default_factory=dict)
    """Ways of eco-burial by key (``eco_burial/kinds.toml``)."""
    subsidy_schemes: tuple[Scheme, ...] = ()
    """Subsidies for them, by date (``eco_burial/subsidies.toml``, then the bureau's own)."""
    fee_terms: FeeTerms = NO_TERMS
    """Price types, and how many years of maintenance may be collected (``fees/terms.toml``)."""
    permissions: Permissions = NO_PERMISSIONS
    """What each role may do where (``people/permissions.toml``)."""
    clearances: Clearances = NO_CLEARANCES
    """Up to which level of secrecy each role sees records (``people/secrecy.toml``)."""
    login_limits: LoginLimits = field(default_factory=LoginLimits)
    """How long sessions last, how often one may try (``people/login.toml``)."""
    calendar: Calendar = NO_CALENDAR
    """Working days: the State Council's orders on holidays (``calendar/<year>.toml``)."""
    procedure: Procedure = NO_PROCEDURE
    """How names are given: steps, papers, approvers, clocks (``procedure/naming.toml``)."""
    case_terms: CaseTerms = NO_CASE_TERMS
    """Sources, departments and clocks of cases (``cases/terms.toml``, or the bureau's own)."""
    division_codes: CodesOf = no_codes
    """The official and the statistical codes of divisions, read when first asked for."""
