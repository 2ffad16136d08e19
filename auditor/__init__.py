"""Audits the trained-model versions of AWS Clean Rooms ML against policies."""

__version__ = "0.1.0"
