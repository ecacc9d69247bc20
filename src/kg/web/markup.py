"""The data set as search engines read it: schema.org's ``Dataset`` in JSON-LD, made from the same graph as the catalogue.

The form is that of Google's guide for data sets and of the NDE's Requirements for Datasets 1.14, which ask more of it.
"""

from typing import Any, Final

from kg.describe.catalogue import CATALOGUE, PAGE
from kg.vocabulary import BASE, DATASET, DCT
from kg.web.datasheet import DCAT, VCARD, Datasheet, File
from kg.web.public import public

_CODES: Final = {"NLD": "nl", "ENG": "en"}
_PROTOCOL: Final = "https://www.w3.org/TR/sparql11-protocol/"


def markup(sheet: Datasheet) -> dict[str, Any]:
    """Return the description of a data set for search engines."""
    licence = sheet.value(f"{DCT}license")
    made: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": sheet.iri,
        "identifier": sheet.value(f"{DCT}identifier"),
        "url": sheet.iri,
        "name": _spoken(sheet.texts(f"{DCT}title")),
        "description": _spoken(sheet.texts(f"{DCT}description")),
        "keywords": [
            {"@value": word, "@language": language} for language in ("nl", "en") for word in sheet.keywords(language)
        ],
        "inLanguage": _languages(sheet),
        "license": licence,
        "isAccessibleForFree": True,
        "creator": _agents(sheet, "creator"),
        "publisher": (_agents(sheet, "publisher") or [{}])[0],
        "version": sheet.value(f"{DCAT}version"),
        "dateCreated": sheet.value(f"{DCT}created"),
        "datePublished": sheet.value(f"{DCT}issued"),
        "dateModified": sheet.value(f"{DCT}modified"),
        "temporalCoverage": _period(sheet),
        "spatialCoverage": next(iter(sheet.values(f"{DCT}spatial")), ""),
        "about": sheet.values(f"{DCAT}theme"),
        # Permanent, and by https wherever the site runs.
        "mainEntityOfPage": PAGE,
        "isPartOf": DATASET if sheet.iri != DATASET else "",
        "includedInDataCatalog": CATALOGUE if sheet.iri == DATASET else "",
        "distribution": [
            *(_file(sheet, file, licence) for file in sheet.files),
            *(_endpoint(sheet, form) for form in sheet.values(f"{DCAT}distribution") if _is_endpoint(sheet, form)),
        ],
    }
    # An address is given as one where schema.org's context does not make it so.
    for name in ("spatialCoverage", "isPartOf", "includedInDataCatalog"):
        made[name] = {"@id": made[name]} if made[name] else ""
    made["about"] = [{"@id": iri} for iri in made["about"]]
    return {name: value for name, value in made.items() if value not in ("", [], {})}


def _spoken(texts: dict[str, str]) -> list[dict[str, str]]:
    return [{"@value": text, "@language": language} for language, text in sorted(texts.items(), reverse=True)]


def _languages(sheet: Datasheet) -> list[str]:
    codes = [iri.rpartition("/")[2] for iri in sheet.values(f"{DCT}language")]
    return sorted((_CODES.get(code, code.lower()) for code in codes), reverse=True)


def _agents(sheet: Datasheet, role: str) -> list[dict[str, Any]]:
    return [_agent(sheet, iri) for iri in sheet.values(f"{DCT}{role}")]


def _agent(sheet: Datasheet, iri: str) -> dict[str, Any]:
    """Return who made or publishes it; with a contact point only where there is a mail address, as the NDE asks."""
    found: dict[str, Any] = {
        "@type": "Organization",
        "@id": iri,
        "name": _spoken(sheet.texts("http://xmlns.com/foaf/0.1/name", iri)),
    }
    contact = sheet.value(f"{DCAT}contactPoint")
    mail = sheet.value(f"{VCARD}hasEmail", contact).removeprefix("mailto:")
    if mail:
        names = _spoken(sheet.texts(f"{VCARD}fn", contact))
        found["contactPoint"] = {"@type": "ContactPoint", "@id": contact, "name": names, "email": mail}
    if not iri.startswith(BASE):
        found["identifier"] = iri
    return found


def _period(sheet: Datasheet) -> str:
    period = sheet.value(f"{DCT}temporal")
    ends = [sheet.value(f"{DCAT}{name}", period) for name in ("startDate", "endDate")]
    return "/".join(ends) if all(ends) else ""


def _file(sheet: Datasheet, file: File, licence: str) -> dict[str, Any]:
    return {
        "@type": "DataDownload",
        "@id": file.iri,
        "name": file.title,
        "description": sheet.text(f"{DCT}description", file.iri),
        "contentUrl": file.download,
        # The only place that schema.org has for how a file is packed.
        "encodingFormat": f"{file.media_type}+gzip" if file.packed else file.media_type,
        "contentSize": str(file.size),
        "sha256": file.sha256,
        "license": licence,
        "inLanguage": _languages(sheet),
    }


def _is_endpoint(sheet: Datasheet, form: str) -> bool:
    return _PROTOCOL in sheet.values(f"{DCT}conformsTo", form)


def _endpoint(sheet: Datasheet, form: str) -> dict[str, Any]:
    return {
        "@type": "DataDownload",
        "@id": form,
        "name": sheet.text(f"{DCT}title", form),
        "description": sheet.text(f"{DCT}description", form),
        "contentUrl": sheet.value(f"{DCAT}accessURL", form) or public("sparql"),
        "usageInfo": {"@id": _PROTOCOL},
        "license": sheet.value(f"{DCT}license", form),
    }
