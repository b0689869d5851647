"""Dossiers on the boundary of a cemetery: made from their content, verified from it."""
