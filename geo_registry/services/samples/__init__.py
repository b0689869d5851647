"""The sample district: loaded into an empty registry, taken out again."""
