"""Rules on cemeteries (公墓)."""
