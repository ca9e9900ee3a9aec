"""manage.py import_table: a workbook into the draft registers of a unit."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from accounts.exceptions import Refused
from accounts.models import User
from registers.importing import reading
from registers.importing.apply import apply_import, check_repeat
from registers.importing.guards import Unreadable
from registers.importing.plan import make_plan
from registers.importing.planned import ImportPlan, Message
from registers.models import Cycle, Unit

WRONG_TABLE, WRONG_CALL = 1, 2
WORDS = {
    "read": "表中行",
    "registers": "登记表",
    "rows": "登记行",
    "posts": "新设岗位",
    "powers": "新增职权",
    "points": "风险点",
    "controls": "防控措施",
}


class Command(BaseCommand):
    help = (
        "把风险点排查表（.xlsx）导入填写中的登记表，全部成功或全部不写。"
        "退出码：0 已导入（或预览没有错误），1 表格有错误，2 参数不对。"
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="FILE.xlsx", help="要导入的工作簿")
        parser.add_argument("--unit", required=True, help="导入到的单位或科室：编号或名称")
        parser.add_argument("--cycle", required=True, type=int, help="周期编号")
        parser.add_argument("--by", default="", help="以谁的名义导入：用户名（不写则记为系统）")
        parser.add_argument("--dry-run", action="store_true", help="只预览，不写入")
        parser.add_argument("--json", action="store_true", help="以 JSON 输出结果")

    def handle(self, *, file: Path, unit: str, cycle: int, by: str, dry_run: bool, **options):
        run = Cycle.objects.filter(pk=cycle).select_related("scheme", "bureau").first()
        if run is None:
            raise CommandError(f"没有编号为 {cycle} 的周期。", returncode=WRONG_CALL)
        place, user = _unit(unit, run), _user(by)
        try:
            data = file.read_bytes()
        except OSError as fault:
            raise CommandError(f"读不出 {file.name}：{fault.strerror}", returncode=WRONG_CALL) from fault
        try:
            sheets = reading.read(data)
            plan = make_plan(sheets=sheets, unit=place, cycle=run)
            if not plan.errors:
                check_repeat(run, plan)
            if not plan.errors and not dry_run:
                apply_import(sheets=sheets, unit=place, cycle=run, by=user, name=file.name)
        except (Unreadable, Refused) as fault:
            if options["json"]:
                self.stdout.write(json.dumps({"ok": False, "refused": str(fault)}, ensure_ascii=False))
            raise CommandError(str(fault), returncode=WRONG_TABLE) from fault
        self._tell(plan, dry_run, options["json"])
        if plan.errors:
            raise CommandError(f"表中有 {len(plan.errors)} 处错误，没有导入任何内容。", returncode=WRONG_TABLE)

    def _tell(self, plan: ImportPlan, dry_run: bool, as_json: bool) -> None:
        counts = plan.counts()
        if as_json:
            told = {
                "ok": not plan.errors,
                "written": not plan.errors and not dry_run,
                "counts": counts,
                "errors": [_values(message) for message in plan.errors],
                "warnings": [_values(message) for message in plan.warnings],
            }
            self.stdout.write(json.dumps(told, ensure_ascii=False))
            return
        for word, messages in (("错误", plan.errors), ("提醒", plan.warnings)):
            for message in messages:
                self.stdout.write(f"{word}：{message.place}：{message.said}{message.todo}")
        if not plan.errors:
            done = "将写入" if dry_run else "已写入"
            self.stdout.write(
                f"{done}：" + "，".join(f"{WORDS[key]} {number}" for key, number in counts.items()) + "。"
            )


def _unit(asked: str, cycle: Cycle) -> Unit:
    units = Unit.objects.open().filter(bureau_id=cycle.bureau_id)
    found = list(units.filter(pk=int(asked)) if asked.isdecimal() else units.filter(name=asked))
    if len(found) != 1:
        said = f"“{cycle.bureau}”没有“{asked}”这个机构" if not found else f"有几个机构都叫“{asked}”，请写编号"
        raise CommandError(f"{said}。", returncode=WRONG_CALL)
    return found[0]


def _user(username: str) -> User | None:
    if not username:
        return None
    user = User.objects.filter(username=username.lower(), is_active=True).first()
    if user is None:
        raise CommandError(f"没有用户“{username}”。", returncode=WRONG_CALL)
    return user


def _values(message: Message) -> dict:
    return {
        "sheet": message.sheet,
        "row": message.row,
        "column": message.column,
        "heading": message.heading,
        "text": message.text,
        "said": message.said,
        "todo": message.todo,
    }
