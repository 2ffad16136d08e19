"""Work done by a few threads, handed over in the order in which it was asked for."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextvars import copy_context
from queue import SimpleQueue
from threading import Event, Thread
from time import monotonic
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

GRACE = 1.0
"""Seconds that work in flight is given after a stop."""

_GLANCE = 0.1


def ahead(
    work: Iterable[Item], do: Callable[[Item], Result], threads: int, stop: Event
) -> Iterator[Result]:
    """``do`` of every piece of work, in order; at most twice ``threads`` are begun and not taken.

    After ``stop`` nothing new is begun, and what is not done within `GRACE` is left out.
    An error of ``do`` is raised where its result would stand.
    """
    crew = _Crew(do, threads, stop)
    waiting: deque[_Slot[Item, Result]] = deque()
    try:
        for item in work:
            if stop.is_set():
                break
            waiting.append(crew.begin(item))
            if len(waiting) == 2 * threads:
                yield from crew.result(waiting.popleft())
        while waiting:
            yield from crew.result(waiting.popleft())
    finally:
        crew.dismiss()


class _Slot(Generic[Item, Result]):
    """One piece of work; once ``done`` it has a result, an error, or neither if it was left."""

    def __init__(self, item: Item) -> None:
        self.item = item
        self.done = Event()
        self.results: tuple[Result, ...] = ()
        self.error: BaseException | None = None


class _Crew(Generic[Item, Result]):
    """Threads that do the work of one queue.

    NOTE: they are daemons, because a thread that sleeps between two attempts of a request cannot
    be woken, and an interrupted scan must not wait for it.
    """

    def __init__(self, do: Callable[[Item], Result], threads: int, stop: Event) -> None:
        self._do = do
        self._threads = threads
        self._stop = stop
        self._dismissed = False
        self._begun = 0
        self._stopped_at: float | None = None
        self._queue: SimpleQueue[_Slot[Item, Result] | None] = SimpleQueue()

    def begin(self, item: Item) -> _Slot[Item, Result]:
        """Gives one piece of work to the next free thread."""
        if self._begun < self._threads:
            self._begun += 1
            # A new thread knows no context variables of its own.
            Thread(target=copy_context().run, args=(self._labour,), daemon=True).start()
        slot: _Slot[Item, Result] = _Slot(item)
        self._queue.put(slot)
        return slot

    def result(self, slot: _Slot[Item, Result]) -> tuple[Result, ...]:
        """The one result of a slot; none where it was left after a stop. Raises its error."""
        while not slot.done.wait(_GLANCE):
            if self._out_of_patience():
                return ()
        if slot.error is not None:
            raise slot.error
        return slot.results

    def dismiss(self) -> None:
        """Lets every thread end after what it is doing."""
        self._dismissed = True
        for _ in range(self._begun):
            self._queue.put(None)

    def _labour(self) -> None:
        while (slot := self._queue.get()) is not None:
            try:
                if not self._dismissed and not self._stop.is_set():
                    slot.results = (self._do(slot.item),)
            except BaseException as error:  # noqa: BLE001  # raised again by the one who waits
                slot.error = error
            finally:
                slot.done.set()

    def _out_of_patience(self) -> bool:
        if not self._stop.is_set():
            return False
        if self._stopped_at is None:
            self._stopped_at = monotonic()
        return monotonic() - self._stopped_at > GRACE
