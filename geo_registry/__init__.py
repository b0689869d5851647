"""Place names and cemeteries of a county, checked, explained and kept.

Layers, downward only (see docs/architecture.md): ``api``, ``cli`` and ``analysis`` are doors;
``services`` holds what people do; ``store`` is the only code that knows SQL, ``formats`` reads and
writes files, ``rules`` judges, ``reference`` loads the tables shipped in ``data/``; ``domain`` is
pure.
"""

__version__ = "0.1.0"
