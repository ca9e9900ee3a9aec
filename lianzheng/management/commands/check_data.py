"""manage.py check_data: is the database sound, does it give back what it got; and the way back from read-only."""

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from audit import services as audit
from lianzheng.keeping import atrest, checking, damage

WRONG, DAMAGED = 1, 3


class Command(BaseCommand):
    help = (
        "检查数据库：文件的结构、写入的值是否原样读回、设置、证据链、数据目录里的文件。发现损坏就把系统转为只读。"
        "退出码：0 完好，1 数据库不能用（设置不对，或值读回来不一样），3 数据损坏，系统已转为只读。"
    )
    requires_system_checks = ()  # does that itself, and says more

    def add_arguments(self, parser):
        parser.add_argument("--start", action="store_true", help="启动前的快速检查，由 bin/run 运行")
        parser.add_argument("--seal", action="store_true", help="停止后记下数据库文件的摘要，由 bin/run 运行")
        parser.add_argument("--resume", action="store_true", help="全部检查一遍，完好才从只读恢复为可写")

    def handle(self, *, start: bool, seal: bool, resume: bool, **options):
        if seal:
            atrest.seal()
            return
        before = damage.noticed()
        looked = checking.at_start() if start else checking.thoroughly()
        for said in (*looked.damaged, *looked.wrong, *looked.told):
            self.stdout.write(said)
        if looked.damaged:
            raise CommandError(
                "数据已损坏，系统转为只读。请从备份恢复（bin/manage restore --replace），或修好后运行"
                " bin/manage check_data --resume。",
                returncode=DAMAGED,
            )
        if looked.wrong:
            raise CommandError("这个数据库不能使用，原因见上。", returncode=WRONG)
        if resume:
            self._resume(before)
        elif before:
            raise CommandError(
                f"系统从 {before.at[:16]} 起只读：{before.seen}。处理好以后运行 bin/manage check_data --resume。",
                returncode=DAMAGED,
            )
        elif not start:
            self.stdout.write("数据完好。")

    def _resume(self, before: damage.Notice | None) -> None:
        if before is None:
            self.stdout.write("数据完好，系统本来就可以写。")
            return
        damage.clear()
        with transaction.atomic():
            audit.record(verb="damage.clear", label="检查后恢复可写", since=before.at, seen=before.seen[:200])
        self.stdout.write("检查完好，系统恢复可写。网站不必重新启动；后台任务请重新启动。")
