"""Rules x resources -> outcomes, findings and the verdict."""
