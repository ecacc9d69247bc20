"""What can be said of a new thing: one table for the questions, the options and the properties."""

from dataclasses import dataclass, replace
from typing import Final

from kg.vocabulary import DCT, ID, PREFIXES, RDFS, SKOS, WK

ORG: Final = PREFIXES["org"]


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to say.

    Attributes:
        option: its name on the command line.
        path: IRI of the property.
        nl: the question in Dutch.
        en: the question in English.
        kind: ``texts`` (in Dutch and English), ``text``, ``thing``, ``date``, ``integer``, ``decimal``, ``boolean`` or
            ``address``.
        needed: whether nothing can be made without it.
        many: whether it can be said more than once.
        among: IRI of the scheme or class that a thing is of, where the ontology does not say so of the property.
        of: ``publication`` when it is said of the publication that a study brings along, ``estimate`` of the number
            that a finding does.
    """

    option: str
    path: str
    nl: str
    en: str
    kind: str = "thing"
    needed: bool = False
    many: bool = False
    among: str = ""
    of: str = ""

    @property
    def options(self) -> tuple[str, ...]:
        """The names of its options on the command line."""
        return (f"{self.option}-nl", f"{self.option}-en") if self.kind == "texts" else (self.option,)

    def asks(self, language: str) -> str:
        """Return the question in a language."""
        return self.en if language == "en" else self.nl


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing that can be made.

    Attributes:
        name: how it is called on the command line and in its IRI.
        cls: IRI of its class.
        folder: where its file goes, inside ``data``.
        fields: what can be said of it, in the order of the questions.
        attributed: whether it is a statement, which names who entered it.
        scheme: IRI of the scheme of which it is a concept; empty when it is none.
    """

    name: str
    cls: str
    folder: str
    fields: tuple[Field, ...]
    attributed: bool = False
    scheme: str = ""


_LABEL: Final = Field("label", RDFS + "label", "Naam in eigen woorden", "Name in your own words", "texts", needed=True)
_COMMENT: Final = Field("comment", RDFS + "comment", "Toelichting", "Comment", "texts")
_THEME: Final = Field("theme", WK + "theme", "Thema", "Theme", many=True)
_LOCATOR: Final = Field("locator", WK + "locator", "Plaats in de bron, zoals: Wat is er bekend?, alinea 2",
                        "Place in the source, such as: What is known?, paragraph 2", "texts", needed=True)  # fmt: skip
_MONTHS: Final = Field("follow-up", WK + "followUpMonths", "Maanden na de interventie", "Months after the intervention",
                       "integer")  # fmt: skip
_COUNTRY: Final = Field("country", WK + "country", "Land", "Country", many=True)
_DIMENSIONS: Final = (
    Field("intervention", WK + "intervention", "Interventie", "Intervention", many=True),
    Field("component", WK + "component", "Component", "Component", many=True),
    Field("context-factor", WK + "contextFactor", "Contextfactor", "Context factor", many=True),
    Field("target-group", WK + "targetGroup", "Doelgroep", "Target group", many=True),
    Field("outcome", WK + "outcome", "Uitkomst", "Outcome", many=True),
    Field("horizon", WK + "horizon", "Termijn", "Horizon", many=True),
    _COUNTRY,
    Field("sector", WK + "sector", "Sector", "Sector", many=True),
    _THEME,
)
_HORIZON: Final = next(field for field in _DIMENSIONS if field.option == "horizon")
_DERIVED: Final = replace(
    _HORIZON, nl="Termijn; leeg: die van het aantal maanden", en="Horizon; empty: that of the number of months"
)
_COMPONENT: Final = next(field for field in _DIMENSIONS if field.option == "component")
_TAKEN: Final = replace(
    _COMPONENT,
    nl="Component; leeg bij een effect: dat van de interventie",
    en="Component; empty for an effect: that of the intervention",
)
# In place of a dimension, what is asked of a finding.
_OF_A_FINDING: Final = {_HORIZON: (_MONTHS, _DERIVED), _COMPONENT: (_TAKEN,)}
_START: Final = Field("start", WK + "startDate", "Begindatum", "Start date", "date")
_END: Final = Field("end", WK + "endDate", "Einddatum", "End date", "date")
_BODY: Final = ORG + "Organization"

KINDS: Final = (
    Kind("study", WK + "Study", "studies", (
        _LABEL,
        Field("design", WK + "design", "Opzet", "Design", needed=True),
        Field("rigour", WK + "rigour", "Bewijskracht; leeg: die van de opzet", "Rigour; empty: that of the design"),
        Field("publication", WK + "reportedIn", "Publicatie die hier al staat; leeg: een nieuwe",
              "Publication that is here already; empty: a new one", many=True, among=WK + "Publication"),
        Field("language", DCT + "language", "Taal van de publicatie (nl of en)",
              "Language of the publication (nl or en)", "text", of="publication"),
        Field("title", DCT + "title", "Titel van de publicatie, zoals gedrukt",
              "Title of the publication, as printed", "text", of="publication"),
        Field("type", DCT + "type", "Soort publicatie", "Kind of publication", among=ID + "scheme/publication-kinds",
              of="publication"),
        Field("issued", DCT + "issued", "Verschenen op (2024-05-31, 2024-05 of 2024)",
              "Issued on (2024-05-31, 2024-05 or 2024)", "date", of="publication"),
        Field("creator", DCT + "creator", "Auteur, zoals gedrukt", "Author, as printed", "text", many=True, of="publication"),
        Field("doi", WK + "doi", "DOI, als je die gezien hebt", "DOI, if you have seen one", "text", of="publication"),
        Field("url", WK + "url", "Adres, als je dat gezien hebt", "Address, if you have seen one", "address", of="publication"),
        _COUNTRY,
        _THEME,
        Field("sample-size", WK + "sampleSize", "Aantal deelnemers", "Sample size", "integer"),
        Field("carried-out-by", WK + "carriedOutBy", "Uitgevoerd door", "Carried out by", many=True, among=_BODY),
        Field("commissioned-by", WK + "commissionedBy", "In opdracht van", "Commissioned by", many=True, among=_BODY),
        Field("funded-by", WK + "fundedBy", "Betaald door", "Funded by", many=True, among=_BODY),
        Field("project", WK + "project", "Project", "Project", among=WK + "Project"),
        _START,
        _END,
        _COMMENT,
    )),
    Kind("finding", WK + "Finding", "findings", (
        _LABEL,
        Field("kind", WK + "findingKind", "Soort bevinding", "Kind of finding", needed=True),
        Field("study", WK + "study", "Studie", "Study", among=WK + "Study"),
        Field("publication", WK + "reportedIn", "Publicatie waarin het staat", "Publication that says it", needed=True,
              among=WK + "Publication"),
        _LOCATOR,
        Field("read", WK + "extractedFrom", "Wat is er gelezen", "What was read", needed=True),
        *(asked for field in _DIMENSIONS for asked in _OF_A_FINDING.get(field, (field,))),
        Field("comparator", WK + "comparator", "Vergeleken met", "Compared with"),
        Field("direction", WK + "direction", "Richting, gezien vanuit de cliënt", "Direction, as the client sees it",
              needed=True),
        Field("sign", WK + "sign", "Teken, alleen bij een samenhang", "Sign, only of an association"),
        Field("magnitude", WK + "magnitude", "Grootte in woorden", "Magnitude in words"),
        Field("measure", WK + "measure", "Maat van het getal; leeg: de bron geeft er geen",
              "Measure of the number; empty: the source gives none", of="estimate"),
        Field("value", WK + "value", "Het getal", "The number", "decimal", of="estimate"),
        Field("lower", WK + "lower", "Ondergrens van het interval", "Lower bound of the interval", "decimal", of="estimate"),
        Field("upper", WK + "upper", "Bovengrens van het interval", "Upper bound of the interval", "decimal", of="estimate"),
        Field("n", WK + "n", "Aantal deelnemers achter het getal", "Number of participants behind the number", "integer",
              of="estimate"),
        Field("basis", WK + "basis", "Grondslag", "Basis", needed=True, many=True),
        Field("hedged", WK + "hedged", "Houdt de bron een slag om de arm (ja of nee)", "Does the source hedge (yes or no)", "boolean"),
        Field("condition", WK + "condition", "Voorwaarde", "Condition", "texts"),
        _COMMENT,
    ), attributed=True),
    Kind("gap", WK + "KnowledgeGap", "gaps", (
        _LABEL,
        Field("kind", WK + "gapKind", "Soort lacune", "Kind of gap", needed=True),
        Field("reason", WK + "gapReason", "Reden", "Reason", many=True),
        Field("publication", WK + "statedIn", "Publicatie die het zegt", "Publication that says it", needed=True,
              among=WK + "Publication"),
        _LOCATOR,
        Field("study", WK + "study", "Studie", "Study", among=WK + "Study"),
        *_DIMENSIONS,
        Field("level", WK + "level", "Niveau", "Level", many=True),
        _COMMENT,
    ), attributed=True),
    Kind("project", WK + "Project", "projects", (
        _LABEL,
        Field("programme", DCT + "isPartOf", "Programma", "Programme", among=WK + "Programme"),
        Field("evaluates", WK + "evaluates", "Onderzoekt de interventie", "Evaluates the intervention", many=True),
        Field("gap", WK + "addressesGap", "Gaat over de lacune", "Addresses the gap", many=True, among=WK + "KnowledgeGap"),
        *_DIMENSIONS,
        Field("partner", WK + "partner", "Partner", "Partner", many=True, among=_BODY),
        Field("site", WK + "site", "Plaats waar het gebeurt", "Site", many=True, among=_BODY),
        _START,
        _END,
        _COMMENT,
    )),
    Kind("organisation", _BODY, "organisations", (
        _LABEL,
        Field("short", SKOS + "altLabel", "Korte naam", "Short name", "text"),
        Field("kind", WK + "organisationKind", "Soort organisatie", "Kind of organisation", needed=True),
        Field("part-of", ORG + "subOrganizationOf", "Deel van", "Part of", among=_BODY),
        Field("tooi", WK + "tooi", "TOOI-adres, als je dat gezien hebt", "TOOI address, if you have seen it", "address"),
        Field("ror", WK + "ror", "ROR-adres, als je dat gezien hebt", "ROR address, if you have seen it", "address"),
        Field("wikidata", WK + "wikidata", "Wikidata-adres, als je dat gezien hebt",
              "Wikidata address, if you have seen it", "address"),
        _COMMENT,
    )),
    Kind("intervention", WK + "Intervention", "interventions", (
        Field("label", SKOS + "prefLabel", "Naam", "Name", "texts", needed=True),
        Field("definition", SKOS + "definition", "Wat het is, in een zin", "What it is, in a sentence", "texts", needed=True),
        Field("broader", SKOS + "broader", "Ruimere interventie; leeg: bovenaan", "Broader intervention; empty: at the top",
              among=WK + "Intervention"),
        Field("component", WK + "component", "Component", "Component", many=True),
        Field("target-group", WK + "targetGroup", "Doelgroep", "Target group", many=True),
        _THEME,
    ), scheme=ID + "scheme/interventions"),
)  # fmt: skip
"""All kinds that can be made."""
