"""An engine that answers requests as a test says, in a thread: what a terminal prints and returns depends on that
alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from app.clock import SystemClock
from app.model.records import CommandState, Reason, RequestKind, Result
from app.model.spec import Site
from app.storage.contract import Tick
from app.storage.opening import create_store, open_desk_store, open_engine_store

__all__ = ["Answers", "scripted_engine"]

Answers = Mapping[RequestKind, tuple[tuple[CommandState, tuple[Reason, ...]], ...]]
"""By kind of request: the steps that it goes through. A kind that is absent is not answered."""


@contextmanager
def scripted_engine(
    address: str, site: Site, answers: Answers, *, tick: Tick | None = None
) -> Iterator[list[tuple[RequestKind, dict[str, object]]]]:
    """Hold the lease of a new demo store at `address`, commit `tick` and answer; gives the requests that came."""
    create_store(address, demo=True)
    asked: list[tuple[RequestKind, dict[str, object]]] = []
    ready, ended = threading.Event(), threading.Event()

    def serve() -> None:
        clock = SystemClock()
        store, desk = open_engine_store(address, clock=clock), open_desk_store(address)
        store.take_lease("scripted")
        store.apply_site(site, "test", "test")
        store.commit(tick or Tick())
        ready.set()
        known: list[str] = []
        while not ended.is_set():
            desk.wait_bell(0.05)
            store.commit(Tick())
            for request in desk.recent(60.0, known):
                known.append(request.id)
                asked.append((request.kind, dict(request.payload)))
                steps = answers.get(request.kind, ())
                results = tuple(Result(0, request.id, clock.now_ms(), state, reasons) for state, reasons in steps)
                store.commit(Tick(claims=(request.id,), results=results))
        store.close()
        desk.close()

    thread = threading.Thread(target=serve, name="scripted-engine")
    thread.start()
    try:
        assert ready.wait(20.0)
        yield asked
    finally:
        ended.set()
        thread.join()
