"""The HTTP door: routes of a few lines over services, problem documents, tiles, the web."""
