"""The rule language: text to tree, types, checks, compiled code. Knows nothing of AWS or YAML."""
