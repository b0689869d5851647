"""Rules on data of the registry itself: positions and publication."""
