"""Boundaries of files: their coordinates examined, previewed, uploaded, compared in bulk."""
