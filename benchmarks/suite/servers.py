"""Servers side by side over one graph: which of them run, and those that failed started again."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Final, Self

from suite.measuring import said
from suite.peers import NO_LIMITS, fuseki, oxigraph, settled, virtuoso

PATH: Final = "/sparql"
"""Of our endpoint, on our site."""
LEFT_OUT: Final = "left out of this run"


@contextmanager
def _our_endpoint(folder: Path, **environment: str) -> Iterator[str]:
    with settled(folder, **NO_LIMITS, **environment) as (site, _):
        yield site + PATH


SERVERS: Final[Mapping[str, Callable[[Path, Path], AbstractContextManager[str]]]] = {
    "oxigraph disk": oxigraph,
    "oxigraph memory": lambda folder, _scratch: oxigraph(folder, None),
    "ours": lambda folder, _scratch: _our_endpoint(folder, KG_CACHE_BYTES="0"),
    "ours, cached": lambda folder, _scratch: _our_endpoint(folder),
    # As if the graph were larger than memory.
    "ours, disk": lambda folder, _scratch: _our_endpoint(folder, KG_CACHE_BYTES="0", KG_MEMORY_LIMIT="1"),
    "fuseki": fuseki,
    "virtuoso": virtuoso,
}
"""By name, what serves a generation, with a folder for what it keeps, and gives the address of its endpoint."""


def is_ours(name: str) -> bool:
    """Tell whether a contender is a server of ours."""
    return name.startswith("ours")


class Servers:
    """Servers over one graph, of which each runs until this is left.

    Args:
        folder: a generation, with its ``graph.nq``.
        scratch: folder for what they keep.
        wanted: names of those to start.
        chosen: names of those that a run is kept to; without one, all.

    Attributes:
        addresses: name to the address of its endpoint, of those that run.
        missing: name to why it does not run.
    """

    def __init__(self, folder: Path, scratch: Path, wanted: Iterable[str], chosen: Collection[str] = ()) -> None:
        self.addresses: dict[str, str] = {}
        self.missing: dict[str, str] = {}
        self._running: dict[str, ExitStack] = {}
        self._folder, self._scratch = folder, scratch
        for name in wanted:
            if chosen and name not in chosen:
                self.missing[name] = LEFT_OUT
            else:
                self._start(name)

    def __enter__(self) -> Self:
        """Give the servers."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Stop all of them."""
        for running in self._running.values():
            running.close()

    def again(self, names: Iterable[str]) -> None:
        """Start peers anew that failed at something: what they were asked may still keep them at work.

        Args:
            names: contenders that failed. Ours, which end a query that nobody waits for, go on, and so do those that
                are no servers.
        """
        for name in [name for name in names if name in self.addresses and not is_ours(name)]:
            del self.addresses[name]
            self._running.pop(name).close()
            self._start(name)

    def _start(self, name: str) -> None:
        with ExitStack() as stack:
            try:
                self.addresses[name] = stack.enter_context(SERVERS[name](self._folder, self._scratch))
            except Exception as error:  # noqa: BLE001 - the others are measured without it
                self.missing[name] = said(error)
            else:
                self._running[name] = stack.pop_all()
