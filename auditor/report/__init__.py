"""What is written of a run: its JSON, its schemas, its formats and its screens."""
