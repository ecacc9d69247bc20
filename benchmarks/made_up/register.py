"""The whole register as a stream.

Studies come in the order in which they were published, ever more of them a year. A thing refers to what came shortly
before it (a bearing to a recent gap and finding, a project to a recent gap, a review to recent studies), so that only
the last few of each are kept and memory does not grow with the graph. Every statement is valid by the shapes.
"""

import math
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from made_up import around, studies, vocabulary
from made_up.hand import FIRST_DAY, Hand, Statement
from made_up.terrain import Terrain

DAYS: Final = 11_000
A_FILE: Final = 1000
"""So many findings stand in one file."""
A_PROGRAMME: Final = 2000
A_ROUND: Final = 100
LARGEST: Final = 80
"""So many findings has the largest study: a few have many, most have one to three."""


def statements(terrain: Terrain, findings: int, seed: int) -> Iterator[tuple[str, list[Statement]]]:
    """Give the statements, some at a time, each time with the name of the file in which they stand.

    Args:
        terrain: the words and what is known where; new words are added to it.
        findings: how many findings.
        seed: the same gives the same statements.
    """
    hand = Hand(terrain, seed)
    yield "data/interventions/synthetic.ttl", list(vocabulary.interventions(hand, findings))
    yield "data/organisations-synthetic.ttl", list(vocabulary.organisations(hand, findings))
    done = study = 0
    while done < findings:
        hand.today = FIRST_DAY + timedelta(days=int(DAYS * math.sqrt(done / findings)))
        size = min(findings - done, int(min(1.7 * hand.chance.paretovariate(1.1), LARGEST)))
        file = f"data/studies/synthetic-{done // A_FILE}.ttl"
        if study % A_PROGRAMME == 0:
            yield file, list(around.programme(hand))
        if study % A_ROUND == 0:
            yield file, list(around.funding_round(hand))
        yield file, list(studies.study(hand, done, size))
        yield file, list(around.around(hand))
        done += size
        study += 1
