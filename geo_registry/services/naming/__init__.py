"""Names from contribution and proposal to publication, and the acts on names."""
