"""The word lists that the bureau keeps itself, as empty files with instructions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from geo_registry.domain.errors import BadRequest
from geo_registry.domain.reference import Reference

_INSTRUCTIONS = """\
# {title}：本局的名单。软件只读本文件，升级时不会改动它；改后重新启动服务即生效。
# {note}
#
# 写法：去掉下面各行行首的“# ”，换成自己的词语和来源；要分开写明来源时，整段再写一遍。
#
# [[entry]]
# words = ["词语一", "词语二"]
# source = "来源、文号、日期"
#
# 可以再加：只检查哪些类别；哪些写法不算（正则表达式）和理由。
# classes = ["road", "estate", "building"]
# exempt = [{{ pattern = "词语一(庄|村)", reason = "原有村名" }}]
"""


def prepare(folder: Path, reference: Reference) -> Iterator[tuple[Path, bool]]:
    """Write an empty file for every word list that has none; the path, and whether it was made.

    A file that exists is never touched. Raises :class:`BadRequest` where the folder is not ours.
    """
    for words in reference.wordlists.values():
        path = folder / f"{words.id}.toml"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8") as file:
                file.write(_INSTRUCTIONS.format(title=words.title, note=words.note))
        except FileExistsError:
            yield path, False
        except OSError as error:
            raise BadRequest(f"写不进词表文件夹 {folder}：{error.strerror}。") from error
        else:
            yield path, True
