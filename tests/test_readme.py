"""The README tells the truth: every command shown gives the answer shown."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENTS = ("README.md",)
EXAMPLES = [
    (document, command, answer)
    for document in DOCUMENTS
    for block in re.findall(r"```console\n(.*?)```", (ROOT / document).read_text("utf-8"), re.DOTALL)
    for command, answer in re.findall(r"^\$ (.+)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)
    if command.startswith("kg ")
]


def test_the_readme_shows_three_questions_with_answers():
    """At least three commands are shown with their answer."""
    assert len([answer for _, _, answer in EXAMPLES if answer.strip()]) >= 3


@pytest.mark.parametrize(("document", "command", "answer"), EXAMPLES)
def test_a_command_gives_the_answer_shown(document, command, answer, tmp_path):
    """What a reader copies from the page gives what the page says."""
    words = shlex.split(command)
    kg = Path(sys.executable).with_name(words[0])
    run = subprocess.run([kg, "--var", tmp_path, *words[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (answer.strip(), "", 0) == (run.stdout.strip(), run.stderr, run.returncode), document
