"""The parts of the sample district: ground, streets, roads, cemeteries, zones, names, files."""
