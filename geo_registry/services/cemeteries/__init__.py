"""Cemeteries: boundaries over time, determinations, plots, burials, subsidies and fees."""
