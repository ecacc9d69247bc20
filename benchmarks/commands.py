"""How long the commands take on the real graph, whole process, cold interpreter.

    python benchmarks/commands.py [--rounds 7]

Each round runs every command once, in turn (A B C A B C), so that a disturbance of the machine hits all. Prints median,
smallest and largest wall-clock time in seconds.
"""

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

KG = str(Path(sys.executable).with_name("kg"))


def main() -> None:
    """Measure and print a table in Markdown."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    var = Path(tempfile.mkdtemp())
    commands = {
        "kg --help": [KG, "--help"],
        "kg check": [KG, "check"],
        "kg build (new generation)": [KG, "--var", str(var), "build"],
        "kg ask gap-map": [KG, "--var", str(var), "ask", "gap-map"],
    }
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(rounds):
        shutil.rmtree(var, ignore_errors=True)
        for name, command in commands.items():
            start = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True)
            times[name].append(time.perf_counter() - start)
    shutil.rmtree(var, ignore_errors=True)
    print("| command | median s | smallest | largest |")
    print("|---|---|---|---|")
    for name, found in times.items():
        print(f"| `{name}` | {statistics.median(found):.2f} | {min(found):.2f} | {max(found):.2f} |")


if __name__ == "__main__":
    main()
