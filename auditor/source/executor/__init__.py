"""Where models are read: in threads of this process, in a process beside it, or on a cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from auditor.model import ModelRecord
from auditor.source.discovery import Job
from auditor.source.plan import Target
from auditor.source.reading import Errand, Reader

Executor = Callable[[Sequence[Job], Reader], Iterator[ModelRecord]]
"""Gives the record of every job, in the order of the jobs, as the reader would read it.

In another process a model is assessed too, as the errand says, and its record is an
`AssessedRecord`. Wherever that happens, the reader's meter is told what was done. After the
reader's ``stop`` the records end soon.
"""

Make = Callable[[Errand, Sequence[Target]], Executor]
"""Makes the executor of an errand, which can be called once; nothing is asked of AWS yet.

The targets are those of which the jobs will be, as far as they are known by then.
"""
