"""Rules on place names (地名)."""
