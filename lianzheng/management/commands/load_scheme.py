"""manage.py load_scheme: scheme files into the database, or only checked."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.exceptions import NotNow
from registers.schemes import store
from registers.schemes.faults import Fault, SchemeError
from registers.schemes.parse import parse


class Command(BaseCommand):
    help = "载入方案文件；有错时列出文件、位置和错在哪里，一个也不载入，并以 1 退出。"

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="方案文件（JSON）")
        parser.add_argument("--check", action="store_true", help="只检查，不载入")

    def handle(self, *, files: list[Path], check: bool, **options):
        faults: list[str] = []
        texts: dict[Path, str] = {}
        for file in files:
            try:
                texts[file] = file.read_text(encoding="utf-8")
                parse(texts[file], name=file.name)
            except (OSError, UnicodeDecodeError) as fault:
                faults.append(str(Fault(file.name, "", f"读不出：{fault}")))
            except SchemeError as fault:
                faults += [str(each) for each in fault.faults]
        if faults:
            raise CommandError("\n".join([*faults, f"共 {len(faults)} 处错误，没有载入。"]), returncode=1)
        if check:
            self.stdout.write(f"{len(texts)} 个方案文件没有错误。")
            return
        with transaction.atomic():
            for file, text in texts.items():
                self._load(file, text)

    def _load(self, file: Path, text: str) -> None:
        try:
            scheme, new = store.load(text=text, name=file.name)
        except NotNow as refusal:
            raise CommandError(str(refusal), returncode=1) from refusal
        self.stdout.write(f"{file.name}:{scheme.name} 第 {scheme.version} 版{'已载入' if new else '没有变化'}。")
