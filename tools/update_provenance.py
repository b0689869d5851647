"""Writes the present sha256 of every file into the table data/PROVENANCE.md; the words are yours.

    python tools/update_provenance.py

Fails where a file of data/ has no row, or a row no file.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "data"
TABLE = DATA / "PROVENANCE.md"
ROW = re.compile(r"^\| (?P<file>[^ |]+) \|(?P<words>.*)\| (?P<sha256>[0-9a-f]{64}|\?) \|$")


def rows(text: str) -> dict[str, str]:
    """Path below data/ → sha256 as the table has it."""
    found = (ROW.match(line) for line in text.splitlines())
    return {m["file"]: m["sha256"] for m in found if m}


def files() -> dict[str, str]:
    """Path below data/ → sha256 of the file."""
    return {
        path.relative_to(DATA).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(DATA.rglob("*"))
        if path.is_file() and path != TABLE
    }


def main() -> None:
    present, text = files(), TABLE.read_text("utf-8")
    odd = present.keys() ^ rows(text).keys()
    if odd:
        raise SystemExit(f"table and folder differ: {', '.join(sorted(odd))}")
    lines = []
    for line in text.splitlines():
        match = ROW.match(line)
        if match:
            line = f"| {match['file']} |{match['words']}| {present[match['file']]} |"
        lines.append(line)
    TABLE.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
