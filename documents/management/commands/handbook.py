"""manage.py handbook: a work handbook, or the bound volume of a leader, as a file."""

import datetime
import json
import shutil
import tempfile
from argparse import ArgumentTypeError
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.http import Http404
from django.utils import timezone

from accounts.exceptions import Refused
from documents.handbook.asking import LEADER, UNIT
from documents.handbook.making import quietly
from documents.handbook.volumes import FORMATS, LEADERS, make, order_of
from documents.handbook.work import record_made
from paper import PaperError
from registers.management.arguments import WRONG_CALL, only, user_named
from registers.models import Charge, Post, Unit

REFUSED = 1


class Command(BaseCommand):
    help = (
        "生成工作手册（机构、单位）或分管领导的合订本。没有改动的部分用上次排好的，所以第二次很快。"
        "退出码：0 已生成，1 不能生成（原因见提示），2 参数不对。"
    )

    def add_arguments(self, parser):
        of = parser.add_mutually_exclusive_group(required=True)
        of.add_argument("--unit", help="机构：编号或名称")
        of.add_argument("--leader", help="分管领导的岗位：编号或名称")
        of.add_argument("--bureau", help="全单位：编号或名称")
        of.add_argument("--leaders", metavar="BUREAU", help="该单位每位分管领导各一册，打成一个 zip")
        parser.add_argument("--format", choices=sorted(FORMATS), default="pdf", help="格式（默认 %(default)s）")
        parser.add_argument("--day", type=_day, metavar="日期", help="截至哪一天有效的内容，如 2026-03-01")
        parser.add_argument("--by", default="", help="以谁的名义：用户名，只载此人可以查看的内容（不写则不限）")
        parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="写到哪个文件")
        parser.add_argument("--json", action="store_true", help="以 JSON 输出结果")

    def handle(self, *, format: str, out: Path, by: str, **options):
        day = options["day"] or timezone.localdate()
        if day > timezone.localdate():
            raise CommandError("--day 不能晚于今天。", returncode=WRONG_CALL)
        kind, pk = _asked(options)
        user = user_named(by)
        progress = self._tell if options["verbosity"] > 1 else quietly
        try:
            order = order_of(kind, pk, day=day, format=format, by=user)
            with tempfile.TemporaryFile() as held:  # what lies at `out` stays until the new file is whole
                made = make(order, held, by=user, progress=progress)
                held.seek(0)
                with out.open("wb") as stream:
                    shutil.copyfileobj(held, stream)
            record_made(by=user, order=order, made=made)
        except Http404 as fault:
            raise CommandError("此人看不到所要的单位或岗位。", returncode=REFUSED) from fault
        except (Refused, PaperError) as fault:
            raise CommandError(str(fault), returncode=REFUSED) from fault
        except OSError as fault:
            raise CommandError(f"写不了 {out.name}：{fault.strerror}", returncode=WRONG_CALL) from fault
        told = {
            "name": order.name,
            "volumes": len(made),
            "pages": sum(one.pages for one in made),
            "points": sum(one.points for one in made),
            "bytes": out.stat().st_size,
            "digests": [one.digest for one in made],
        }
        if options["json"]:
            self.stdout.write(json.dumps(told, ensure_ascii=False))
            return
        pages = "页" if format == "pdf" else "张工作表"
        said = f"{told['volumes']} 册，{told['pages']} {pages}，风险点 {told['points']} 个"
        self.stdout.write(f"已写入 {out}：{order.title}，{said}。")

    def _tell(self, done: int, total: int, said: str) -> None:
        self.stderr.write(f"{done}/{total} {said}")


def _asked(options: dict) -> tuple[str, int]:
    if options["leader"]:
        posts = Post.objects.filter(pk__in=Charge.objects.values("post"))
        return LEADER, only(posts, options["leader"], "分管领导的岗位").pk
    if options["unit"]:
        return UNIT, only(Unit.objects.all(), options["unit"], "机构").pk
    roots = Unit.objects.filter(parent__isnull=True)
    if options["leaders"]:
        return LEADERS, only(roots, options["leaders"], "单位").pk
    return UNIT, only(roots, options["bureau"], "单位").pk


def _day(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as fault:
        raise ArgumentTypeError(f"日期请写成 2026-03-01 的样子，不是“{text}”") from fault
