"""manage.py restore: a backup becomes this installation's data."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from lianzheng.keeping import archive, asking, restoring
from lianzheng.keeping.archive import Manifest
from lianzheng.keeping.faults import KeepingError
from lianzheng.keeping.restoring import Restored
from registers.management.arguments import WRONG_CALL

NOT_MADE = 1


class Command(BaseCommand):
    help = (
        "从备份文件恢复。先停止网站和后台任务。数据库里已有内容的不恢复，除非加 --replace；原来的移到一边保留。"
        "退出码：0 已恢复，1 没有恢复（保持原状）或恢复后核验没有通过，2 参数不对。"
    )
    requires_system_checks = ()  # the database may be what is broken

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="FILE", help="备份文件")
        parser.add_argument("--check", action="store_true", help="只检查这份备份是不是完好，不恢复")
        parser.add_argument("--replace", action="store_true", help="代替现有的内容")
        asking.add_arguments(parser)

    def handle(self, *, file: Path, check: bool, replace: bool, **options):
        if not file.is_file():
            raise CommandError(f"没有 {file} 这个文件。", returncode=WRONG_CALL)
        try:
            secret = asking.secret_of(key_file=options["key_file"], passphrase=options["passphrase"], new=False)
            if check:
                said = archive.unpack(file, secret)
                self.stdout.write(
                    f"完好：{said.when:%Y-%m-%d %H:%M} 的备份，{said.database}，"
                    f"{len(said.tables)} 张表、{said.rows} 行。"
                )
                self._tell_ends(said)
                return
            self._tell(restoring.restore(path=file, secret=secret, replace=replace))
        except KeepingError as fault:
            raise CommandError(str(fault), returncode=NOT_MADE) from fault

    def _tell(self, done: Restored) -> None:
        said = done.manifest
        self.stdout.write(
            f"已恢复 {said.when:%Y-%m-%d %H:%M} 的备份：{len(said.tables)} 张表、{said.rows} 行，逐表核对与备份时相同。"
        )
        self._tell_ends(said)
        if done.aside:
            self.stdout.write(f"原来的数据库移到了 {done.aside}，确认无误后可以删去。")
        if done.files:
            self.stdout.write(f"恢复的文件：{'、'.join(done.files)}。")
        if done.kept:
            self.stdout.write(f"已有而没有动的文件：{'、'.join(done.kept)}。")
        if said.settings.get("set"):
            self.stdout.write(f"备份时设了这些环境变量，请在本机也设好：{'、'.join(said.settings['set'])}。")
        if said.settings.get("fonts"):
            self.stdout.write(f"备份时用的字体：{'、'.join(said.settings['fonts'])}。")
        for line in done.checks:
            self.stdout.write(line)
        if any(line.startswith("注意") for line in done.checks):
            raise CommandError("数据已恢复，但核验没有通过，见上。", returncode=NOT_MADE)

    def _tell_ends(self, said: Manifest) -> None:
        if said.chain:
            self.stdout.write(f"备份时各条证据链的末端（可与留存的检查点核对）：{said.ends}。")
