"""Proof of what a run wrote: its manifest, and whether the files still agree with it."""
