"""Words between two processes arrive whole or not at all."""

from __future__ import annotations

import pickle
from pickle import PickleBuffer
from threading import Thread

import pytest

from auditor.source.executor.wire import Wire, ends


def test_words_arrive_in_their_order_with_their_buffers() -> None:
    """However large they are."""
    here, there = map(Wire, ends())
    large = bytes(range(256)) * 40_000

    def speak() -> None:
        for word in (("small", 1), ("large", PickleBuffer(large)), ("empty", PickleBuffer(b""))):
            here.say(word)
        here.say(None)

    speaker = Thread(target=speak)
    speaker.start()

    assert there.is_spoken_to(5)
    assert there.hear() == ("small", 1)
    assert there.hear() == ("large", large)
    assert there.hear() == ("empty", b"")
    assert there.hear() is None
    speaker.join()
    assert not there.is_spoken_to(0)
    for end in (here, there):
        end.close()


def test_a_word_that_breaks_off_is_none() -> None:
    """A process may be killed while it speaks."""
    ours, theirs = ends()
    theirs.sendall((1).to_bytes(8) + (100).to_bytes(8) + pickle.dumps("half")[:5])
    theirs.close()
    with pytest.raises(EOFError, match="is gone"):
        Wire(ours).hear()
    ours.close()


def test_nobody_hears_what_is_said_to_one_who_is_gone() -> None:
    """Whoever waits for an answer notices that there is none."""
    here, there = map(Wire, ends())
    there.close()
    here.say("hello")
    with pytest.raises((EOFError, OSError)):
        here.hear()
    here.close()
