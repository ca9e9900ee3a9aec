"""PostgreSQL's own programs and what we ask them."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from django.db import connection

from lianzheng.keeping.faults import KeepingError

PLACES = "/usr/lib/postgresql"
ASIDE = "before_"  # schemas that a restore moved out of the way


def program(name: str) -> str:
    """The newest pg_dump, pg_restore … of this machine. Raises KeepingError without one."""
    found = [path for path in Path(PLACES).glob(f"*/bin/{name}") if os.access(path, os.X_OK)]
    numbered = sorted(found, key=lambda path: [int(part) for part in re.findall(r"\d+", path.parts[-3])])
    there = str(numbered[-1]) if numbered else shutil.which(name)
    if not there:
        raise KeepingError(
            f"没有找到 {name}。请安装 PostgreSQL 的客户端程序，版本不低于服务器："
            "sudo apt-get install -y postgresql-client"
        )
    return there


def run(tool: str, *arguments: str) -> None:
    """Run a program against the database. Raises KeepingError with what the program said."""
    told = connection.settings_dict
    environment = os.environ | {"PGPASSWORD": told["PASSWORD"] or "", "PGCONNECT_TIMEOUT": "20"}
    command = [program(tool), "--no-password", f"--dbname={told['NAME']}"]
    options = (("host", "HOST"), ("port", "PORT"), ("username", "USER"))
    command += [f"--{option}={told[name]}" for option, name in options if told[name]]
    done = subprocess.run([*command, *arguments], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise KeepingError(f"{tool} 没有成功：{done.stderr.strip()[-600:]}")
