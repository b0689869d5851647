"""Proposed and registered names: checked, compared, spelled, reported, decided."""
