"""Tidies the files a commit touches: one newline at the end, no trailing space.

Refuses merge marks and files above 5 MiB. Changes text in place and then ends with 1, so that the
change is looked at and added.
"""

from __future__ import annotations

import sys
from pathlib import Path

LIMIT = 5 * 1024 * 1024
MARKS = (b"<<<<<<< ", b">>>>>>> ")
TEXT = {
    *(".cfg", ".css", ".html", ".ini", ".js", ".json", ".md", ".mjs", ".py", ".sh", ".sql"),
    *(".toml", ".ts", ".txt", ".vue", ".yaml", ".yml", ""),
}


def tidied(content: bytes) -> bytes:
    """Take spaces from the ends of lines, and empty lines from the end of the file."""
    lines = [line.rstrip(b" \t\r") for line in content.split(b"\n")]
    text = b"\n".join(lines).rstrip(b"\n")
    return text + b"\n" if text else b""


def check(path: Path) -> list[str]:
    """Tidy one file; say what was wrong with it."""
    if path.is_symlink() or not path.is_file():
        return []
    if path.stat().st_size > LIMIT:
        return [f"{path}: larger than 5 MiB"]
    content = path.read_bytes()
    if path.suffix not in TEXT or b"\0" in content:
        return []
    problems = [
        f"{path}:{number}: merge mark"
        for number, line in enumerate(content.split(b"\n"), 1)
        if line.startswith(MARKS)
    ]
    better = tidied(content)
    if better != content:
        path.write_bytes(better)
        problems.append(f"{path}: tidied")
    return problems


def main() -> int:
    """Tidy the files named on the command line; 1 when there was anything to say."""
    problems = [problem for name in sys.argv[1:] for problem in check(Path(name))]
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
