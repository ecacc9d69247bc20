"""Who publishes the data set and how to reach them: what follows from the settings, with defaults that claim nothing."""

from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from kg.describe.statements import Node, Sheet, named
from kg.settings import Settings
from kg.vocabulary import BASE, ID

CONTACT: Final = f"{ID}contact/werkkennis"
_PUBLISHER: Final = f"{ID}publisher/werkkennis"
_PLACE: Final = f"{BASE}catalog#contact"
_NAME: Final = "Werkkennis"


@dataclass(frozen=True, slots=True)
class Imprint:
    """Who answers for a published data set.

    Attributes:
        publisher: name of the organisation; empty where nobody but the editors publishes it.
        publisher_iri: its identifier, such as one of TOOI or ROR; may be empty.
        contact: mail address, or the address of an issue tracker or form; may be empty.
        licence: the licence of a graph whose files name none.
    """

    publisher: str = ""
    publisher_iri: str = ""
    contact: str = ""
    licence: str = "https://creativecommons.org/licenses/by/4.0/"

    @classmethod
    def of(cls, config: Settings) -> "Imprint":
        """Return the imprint that the settings ask for."""
        return cls(config.publisher, config.publisher_iri, config.contact, config.licence)

    def write(self, sheet: Sheet, editors: str, names: list[Node]) -> ox.NamedNode:
        """Write who publishes and how to reach them; give the IRI of the publisher.

        Without a contact in the settings the contact point leads to the page that says whom to turn to: no mail
        address is made up.

        Args:
            sheet: where to.
            editors: the IRI of the editors; may be empty.
            names: what they are called.
        """
        if editors:
            sheet.say(editors, {"rdf:type": named("foaf:Agent"), "foaf:name": names})
        publisher = ox.NamedNode(editors) if editors else ox.NamedNode(_PUBLISHER)
        if self.publisher or not editors:
            publisher = ox.NamedNode(self.publisher_iri or _PUBLISHER)
            names = [ox.Literal(self.publisher or _NAME, language="nl")]
            kinds: list[Node] = [named("foaf:Agent"), named("foaf:Organization")]
            sheet.say(publisher.value, {"rdf:type": kinds, "foaf:name": names})
        by_mail = "@" in self.contact and not self.contact.startswith("http")
        sheet.say(
            CONTACT,
            {
                "rdf:type": [named("vcard:Kind"), named("vcard:Organization")],
                "vcard:fn": names,
                "vcard:hasEmail": ox.NamedNode(f"mailto:{self.contact}") if by_mail else None,
                "vcard:hasURL": None if by_mail else ox.NamedNode(self.contact or _PLACE),
            },
        )
        return publisher
