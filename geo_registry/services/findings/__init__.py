"""Findings: scanned, judged anew, listed, waived."""
