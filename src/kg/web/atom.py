"""The feed for people: an entry for each of the newest releases, with what it changed in sentences (Atom, RFC 4287)."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from feedgenerator import Atom1Feed  # type: ignore[import-untyped]
from flask import Response, render_template, url_for

from kg.history.releases import version_iri
from kg.history.sentences import head, sentence
from kg.provenance import DATA_LICENCE
from kg.publication import Released
from kg.vocabulary import BASE
from kg.web import releases
from kg.web.catalogue import gettext as _
from kg.web.language import language
from kg.web.negotiate import ATOM
from kg.web.public import published
from kg.web.tallies import Tally

_ENTRIES: Final = 20
_TOLD: Final = 40


class _Feed(Atom1Feed):  # type: ignore[misc]
    """A feed that is as old as its newest entry, and without entries as old as can be."""

    def latest_post_date(self) -> datetime:
        return super().latest_post_date() if self.items else datetime.fromtimestamp(0, UTC)


def atom(told: Sequence[tuple[Released, Sequence[Tally]]]) -> Response:
    """Return the feed.

    Args:
        told: the releases, newest first, each with how much it changed.
    """
    feed = _Feed(
        title=_("Werkkennis: what changed"),
        link=published(url_for("changes.show")),
        description=_("What each release of the data added, changed and removed."),
        language=language(),
        author_name="Werkkennis",
        feed_url=published(url_for("changes.show", suffix="atom", lang=language())),
        feed_guid=f"{BASE}changes",
        feed_copyright=DATA_LICENCE,
    )
    for release, tallies in told[:_ENTRIES]:
        moment = datetime.fromisoformat(release.created)
        feed.add_item(
            title=_("Release %(version)s", version=release.version),
            link=published(url_for("changes.release", version=release.version)),
            description=None,
            content=_entry(release, tallies),
            unique_id=version_iri(release.version),
            pubdate=moment,
            updateddate=moment,
        )
    return Response(feed.writeString("utf-8"), content_type=f"{ATOM}; charset=utf-8")


def _entry(release: Released, tallies: Sequence[Tally]) -> str:
    """Return an entry as HTML; of the very first release only the figures, for there all was new."""
    before = releases.before(release.version)
    accounts = releases.between(before, release.version) if before else ()
    told = [
        (head(account, language()), [sentence(point, language()) for point in account.points])
        if account.kind == "changed"
        else (head(account, language()), [])
        for account in accounts[:_TOLD]
    ]
    return render_template(
        "changes-entry.html", release=release, tallies=tallies, told=told, more=len(accounts) - len(told)
    )
