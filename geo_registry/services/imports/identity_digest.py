"""The keyed digest of identity numbers: equal numbers are recognised, none can be read back.

The numbers of a county can all be tried in minutes, so a digest without a key would hide nothing.
The key lies in the home folder of the installation, never in the database; whoever has a copy of
the database alone cannot tell whose numbers they are. Without the key old digests stay, but nobody
is recognised any more: it belongs into the backup, beside the database.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import tempfile
from pathlib import Path

from geo_registry.domain.burial import check_id_number
from geo_registry.domain.errors import Unavailable
from geo_registry.settings import Settings

KEY_FILE = "identity.key"
_BYTES = 32


def digest(settings: Settings, id_number: str) -> str:
    """HMAC-SHA-256 of a number as 64 hexadecimal digits; makes the key at the first use.

    Raises :class:`BadRequest` for a number that GB 11643 refuses and :class:`Unavailable` where the
    key can be neither read nor made.
    """
    number = check_id_number(id_number)
    return hmac.new(_key(settings.home), number.encode(), hashlib.sha256).hexdigest()


def _key(home: Path) -> bytes:
    path = home / KEY_FILE
    try:
        if not path.is_file():
            _make(path)
        key = path.read_bytes()
    except OSError as error:
        raise Unavailable(
            f"不能读写身份证号摘要的密钥文件 {path}：{error.strerror}。",
            advice="请检查数据目录的权限。",
        ) from error
    if len(key) != _BYTES:
        raise Unavailable(
            f"身份证号摘要的密钥文件 {path} 不完整。",
            advice="请从备份恢复；换用新密钥后，以前登记的逝者将无法按身份证号认出。",
        )
    return key


def _make(path: Path) -> None:
    """Write a new key whole or not at all; of two processes at once the first one wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{KEY_FILE}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(_BYTES))
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o600)
        try:
            os.link(name, path)  # fails where the file exists, as a rename would not
        except FileExistsError:
            return
    finally:
        Path(name).unlink(missing_ok=True)
