"""On what it was measured: the machine, the versions, the commit."""

import os
import platform
import shutil
import subprocess
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version

import psutil

from suite.context import OXIGRAPH, ROOT

PACKAGES = ("pyoxigraph", "oxigraph", "rdflib", "pyshacl", "flask", "gunicorn")


def told() -> dict[str, object]:
    """Return what a reader must know to trust a figure, or to measure it again."""
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M"),
        "commit": _line("git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"),
        "changed": bool(_line("git", "-C", str(ROOT), "status", "--porcelain", "src", "benchmarks")),
        "processors": os.cpu_count(),
        "processor": _processor(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "load": round(os.getloadavg()[0], 1),
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        "versions": {name: _version(name) for name in PACKAGES}
        | {"oxigraph server": _line(str(OXIGRAPH), "--version")},
        "java": _line("java", "--version"),
        "wrk": bool(shutil.which("wrk")),
    }


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:  # noqa: PTH123 - no file of ours
            return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or "unknown"


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"


def _line(*words: str) -> str:
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.SubprocessError):
        return "none"
    return (done.stdout or done.stderr).strip().partition("\n")[0]
