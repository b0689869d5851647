"""What the routes answer, one module a family of routes; see :mod:`geo_registry.api.answering`."""
