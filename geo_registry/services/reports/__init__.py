"""Figures, clocks, ledgers and reports of the office."""
