"""Where a report goes: the directory of a run, one file, standard output."""
