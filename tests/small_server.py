"""A real server over a few quads, for tests that need data of their own."""

import gzip
import hashlib
import json
import os
import subprocess
import sys
from contextlib import contextmanager

from kg.publication import BUILD, Published
from surroundings import await_answer, free_port

SERVE = "from kg import settings\nfrom kg.web.server import run\nrun(settings.load(), lambda: None)"


def write_generation(var, quads):
    """Write N-Quads as the current generation, in the form that a build gives it; return its name."""
    content = b"".join(sorted(quads.splitlines(keepends=True)))
    digest = hashlib.sha256(content).hexdigest()
    folder = var / "generations" / digest[:16]
    folder.mkdir(parents=True)
    published = Published(f"{BUILD}{digest[:16]}", 0, folder, (), ()).manifest()
    manifest = {"format": 2, "quads": content.count(b"\n"), "sha256": digest, "files": {}, "published": published}
    (folder / "graph.nq.gz").write_bytes(gzip.compress(content))
    (folder / "manifest.json").write_text(json.dumps(manifest))
    (var / "current").symlink_to(folder)
    return folder.name


@contextmanager
def serving(var, quads, before=(), **environment):
    """Serve N-Quads; give the process and its port. The command may stand behind another one."""
    write_generation(var, quads)
    port = free_port()
    more = {"KG_VAR": str(var), "KG_PORT": str(port), "KG_PROCESSES": "2"} | environment
    process = subprocess.Popen([*before, sys.executable, "-c", SERVE], env=os.environ | more)
    try:
        await_answer(process, f"http://127.0.0.1:{port}/health")
        yield process, port
    finally:
        process.terminate()
        process.wait(timeout=40)
