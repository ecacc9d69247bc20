"""Files to download as a page shows them: each beside its packed twin, with sizes as people say them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from kg.vocabulary import BASE
from kg.web.catalogue import format_decimal
from kg.web.datasheet import File
from kg.web.language import language
from kg.web.public import public
from kg.web.site import records

_KILO: Final = 1000
_EXACT: Final = 10
"""From here on a size needs no decimals."""


@dataclass(slots=True)
class Row:
    """A row of the table of files: a file as it is, and packed.

    Attributes:
        name: of the plain file.
        form: what people call its format.
        title: what it holds.
        plain: as it is.
        packed: as a gzip file.
    """

    name: str
    form: str
    title: str
    plain: File | None = None
    packed: File | None = None


@dataclass(slots=True)
class Part:
    """A part of the data set that can be had by itself, with its files."""

    iri: str
    scheme: str
    title: str
    files: list[Mapping[str, str]] = field(default_factory=list)


def rows_of(files: Sequence[File]) -> list[Row]:
    """Return each file with its packed twin beside it."""
    found: dict[str, Row] = {}
    for file in files:
        name = file.name.removesuffix(".gz") if file.packed else file.name
        row = found.setdefault(name, Row(name, file.form, file.title))
        if file.packed:
            row.packed = file
        else:
            row.plain, row.title = file, file.title
    return list(found.values())


def sums_of(files: Sequence[File]) -> str:
    """Return where the fingerprints of all files of a folder stand."""
    return f"{files[0].download.rpartition('/')[0]}/SHA256SUMS" if files else ""


def parts() -> list[Part]:
    """Return the parts of the data set that can be had by themselves."""
    found: dict[str, Part] = {}
    for row in records("catalog-parts", lang=language()):
        part = found.setdefault(row["part"], Part(row["part"], row["scheme"], row["title"]))
        part.files.append({**row, "download": public(row["download"].removeprefix(BASE))})
    return list(found.values())


def size(count: int | str) -> str:
    """Return a size in bytes as a person says it."""
    number = float(count)
    units = ["bytes", "kB", "MB", "GB"]
    while number >= _KILO and units[1:]:
        number /= _KILO
        del units[0]
    unit = units[0]
    exact = unit == "bytes" or number >= _EXACT
    return f"{format_decimal(f'{number:.{0 if exact else 1}f}')} {unit}"
