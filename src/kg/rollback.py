"""Serve an earlier generation again: ``current`` is pointed back to one that was kept, in one step.

How long ago a generation became current is the time of its folder; going back does not change that, so that going back
twice goes back two generations.
"""

import re
from pathlib import Path
from typing import Final

from kg import generations
from kg.errors import KgError, NoGeneration, UsageProblem
from kg.generations import Generation
from kg.spoken import gettext as _

_PART_OF_NAME: Final = re.compile(r"[0-9a-f]{4,16}")


def kept(var: Path) -> list[Generation]:
    """Return the generations that can be served, the one that became current last first; damaged ones are left out."""
    found = []
    for folder in (var / "generations").glob("[0-9a-f]*"):
        try:
            found.append((folder.stat().st_mtime_ns, folder.name, generations.at(folder)))
        except (NoGeneration, OSError):
            continue
    return [generation for *_, generation in sorted(found, key=lambda entry: entry[:2], reverse=True)]


def now(var: Path) -> str:
    """Return the name of the generation that is current, though it be damaged; empty when there is none."""
    link = var / "current"
    return link.readlink().name if link.is_symlink() else ""


def back(var: Path, word: str | None = None) -> tuple[str, Generation]:
    """Point ``current`` back.

    Args:
        var: the folder for what is built.
        word: name of a generation, or how it begins, or the version of a release; the one before when none is given.

    Returns:
        What the generation is called that was current, damaged or not, and the one that is now.

    Raises:
        NoGeneration: nothing was built, or what is meant is damaged.
        UsageProblem: no generation that was kept is meant, or it is current already.
        KgError: the folder cannot be written.
    """
    if not kept(var):
        generations.current(var)
    try:
        with generations.lock(var):
            before, found = now(var), kept(var)
            meant = _meant(found, before, word)
            meant.verify()
            generations.point(var, meant)
    except OSError as error:
        reason = error.strerror or error
        raise KgError(
            _("cannot write to %(var)s: %(reason)s; what was served stays", var=var, reason=reason)
        ) from error
    return next((told(generation) for generation in found if generation.name == before), before), meant


def _meant(found: list[Generation], before: str, word: str | None) -> Generation:
    names = [generation.name for generation in found]
    if word is None:
        older = found[names.index(before) + 1 :] if before in names else found
        if not older:
            raise UsageProblem(
                _("generation %(name)s is the oldest that was kept; there is none before it", name=before)
            )
        return older[0]
    meant = [generation for generation in found if generation.published.label == word]
    if not meant and _PART_OF_NAME.fullmatch(word):
        meant = [generation for generation in found if generation.name.startswith(word)]
        if len(meant) > 1:
            several = ", ".join(generation.name for generation in meant)
            raise UsageProblem(_("%(word)s can be each of %(names)s; write more of it", word=word, names=several))
    if not meant:
        there = ", ".join(told(generation) for generation in found) or _("none")
        raise UsageProblem(_("no generation of %(word)s was kept; there are %(there)s", word=word, there=there))
    if meant[0].name == before:
        raise UsageProblem(_("%(name)s is what is served already", name=told(meant[0])))
    return meant[0]


def told(generation: Generation) -> str:
    """Return a generation's name, and its release where it is one."""
    published = generation.published
    return f"{generation.name} (release {published.label})" if published.released else generation.name
