"""The key of a backup, as the commands ask for it: a key file, or a passphrase typed by hand."""

import getpass
import os
from pathlib import Path

from django.conf import settings

from lianzheng.keeping.faults import KeepingError
from lianzheng.keeping.sealing import SHORTEST, new_secret


def add_arguments(parser) -> None:
    """--key-file and --passphrase."""
    parser.add_argument(
        "--key-file", type=Path, metavar="FILE", help="密钥文件；不写则用环境变量 LIANZHENG_BACKUP_KEY_FILE 指明的"
    )
    parser.add_argument("--passphrase", action="store_true", help="不用密钥文件，当场输入口令")


def secret_of(*, key_file: Path | None, passphrase: bool, new: bool) -> str:
    """The text that the key is made of. ``new``: for a new backup, so a passphrase is asked twice."""
    if passphrase:
        return _typed(new)
    path = key_file or (Path(settings.BACKUP_KEY_FILE) if settings.BACKUP_KEY_FILE else None)
    if path is None:
        raise KeepingError(
            "备份都要加密，请指明密钥：--key-file 文件（或设 LIANZHENG_BACKUP_KEY_FILE），或 --passphrase 输入口令。"
            "还没有密钥文件的，用 bin/manage backup --make-key 文件 生成一个，抄一份放到别处：丢了它，备份就打不开。"
        )
    try:
        text = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as fault:
        raise KeepingError(f"密钥文件 {path} 读不出。") from fault
    if len(text) < SHORTEST:
        raise KeepingError(f"密钥文件 {path} 里的密钥太短，至少 {SHORTEST} 个字符。")
    return text


def _typed(new: bool) -> str:
    text = getpass.getpass("口令：")
    if len(text) < SHORTEST:
        raise KeepingError(f"口令至少 {SHORTEST} 个字符。")
    if new and getpass.getpass("再输入一次：") != text:
        raise KeepingError("两次输入的口令不同。")
    return text


def make_key(path: Path) -> None:
    """A new key file, for its owner only. Never over one that is there: its backups could not be opened any more."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
            stream.write(new_secret() + "\n")
    except FileExistsError as fault:
        raise KeepingError(f"{path} 已经有了，没有覆盖。") from fault
    except OSError as fault:
        raise KeepingError(f"写不了 {path}：{fault.strerror}。") from fault
