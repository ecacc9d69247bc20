"""The import of a table, by its number of rows: mapped, checked against the real graph, and shown but not written."""

from collections.abc import Iterator

from suite.context import KG, ROOT, Context
from suite.measuring import Row, command, in_turn

HEADINGS = "Studie;Titel;Jaar;Taal;Document;Opzet;Land;Soort;Interventie;Doelgroep;Uitkomst;Richting;Vindplaats;Gelezen;Sleutel"
LINE = (
    "Proef {study};Verslag {study};2024-05;nl;Rapport;rct;Nederland;Effect;Scholing;Clienten van de gemeente;Werk vinden;"
    "Gunstig;p. {row};Volledige tekst;proef-{study}-{row}"
)
ROWS_A_STUDY = 5


def measure(context: Context, size: int) -> Iterator[Row]:
    """Measure ``kg import --preview`` of a table of so many rows, whole process."""
    table = context.scratch / f"table-{size}.csv"
    rows = (LINE.format(study=row // ROWS_A_STUDY, row=row) for row in range(size))
    table.write_text("\n".join((HEADINGS, *rows)) + "\n", "utf-8")
    words = [KG, "--graph", ROOT, "import", table, "--mapping", "findings", "--preview"]
    contenders = {"ours": lambda: command(*words, limit=context.limit)}
    yield in_turn(Row("import", "kg import --preview, rows", size, "s"), contenders, context.rounds)
