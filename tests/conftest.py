"""What holds for every test."""

from __future__ import annotations

from hypothesis import settings

# A slow machine is no failure; what has to be quick has a test of its own.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
