"""The sample bureau, its people, and synthetic bodies of any size."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from accounts.services import SAMPLE_PREFIX
from lianzheng.sample import bureau, people, synthetic
from lianzheng.sample.bulk_ground import SIZES
from registers.models import Scheme


class Command(BaseCommand):
    help = "载入示例单位；--scheme 按任一方案生成任意规模的合成单位"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="已有人员时不载入")
        parser.add_argument("--people", action="store_true", help="只列出示例人员")
        parser.add_argument("--scheme", metavar="代号", help="按这份方案生成合成单位（如 s003）")
        parser.add_argument("--size", choices=sorted(SIZES), default="bureau", help="合成单位的规模")
        parser.add_argument("--seed", type=int, default=1, help="同一个数生成同样的内容")

    def handle(self, **options) -> None:
        if options["people"]:
            self._show()
            return
        if options["scheme"]:
            self._synthetic(options["scheme"], options["size"], options["seed"])
            return
        self._bureau(options["if_empty"])

    def _synthetic(self, key: str, size: str, seed: int) -> None:
        scheme = Scheme.objects.filter(key=key).order_by("-version").first()
        if scheme is None:
            raise CommandError(f"没有载入方案 {key}：manage.py load_scheme fixtures/schemes/*.json")
        made = synthetic.load(scheme=scheme, size=size, seed=seed, tell=self.stdout.write)
        self.stdout.write(
            f"已生成 {made.bureaus} 个单位、{made.posts} 个岗位、{made.registers} 张登记表、{made.points} 个风险点。"
        )

    def _bureau(self, if_empty: bool) -> None:
        """The living bureau, once; a database that holds other people is left alone."""
        if User.objects.filter(username__startswith=SAMPLE_PREFIX).exists():
            self._show()
            return
        if User.objects.exists():
            if if_empty:
                return
            raise CommandError("这个数据库里已有人员，不载入示例单位。")
        try:
            bureau.load()
        except Scheme.DoesNotExist as missing:
            raise CommandError(f"请先载入方案 {missing}：manage.py load_scheme fixtures/schemes/*.json") from missing
        self._show()

    def _show(self) -> None:
        rows = people.people()
        if not rows:
            self.stdout.write("没有示例人员。")
            return
        self.stdout.write(people.table(rows))
        if settings.SAMPLE:
            self.stdout.write("\n登录：打开网站，在登录页点姓名即可，不需要密码。")
        else:
            self.stdout.write("\n这些人没有密码；以 LIANZHENG_SAMPLE=1 启动（bin/run）后，在登录页点姓名即可登录。")
