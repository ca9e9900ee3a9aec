"""manage.py import_table: a workbook into the draft registers of a unit."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import QuerySet

from accounts.exceptions import Refused
from registers.importing import reading, words
from registers.importing.apply import apply_import, check_repeat
from registers.importing.cells import Sheet
from registers.importing.choices import Choices
from registers.importing.display import COUNTS
from registers.importing.grades import NONE
from registers.importing.guards import LARGEST_FILE, Unreadable
from registers.importing.plan import make_plan
from registers.importing.planned import ImportPlan, Message
from registers.importing.remarks import notes_of
from registers.importing.vocabulary import NAMES, key_of
from registers.management.arguments import WRONG_CALL, only, user_named
from registers.models import Cycle, Unit
from registers.schemes.store import spec_of

WRONG_TABLE = 1
HELP = (
    "把风险点排查表（.xlsx）导入填写中的登记表，全部成功或全部不写。"
    "表头按字认；认不得的表头、等级、机构可以用 --heading、--level、--place 说明，程序不猜。"
    "退出码：0 已导入（或预览没有错误）；1 文件不能读、表格有错误或不能导入；2 参数不对。"
)


class Command(BaseCommand):
    help = HELP

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.xlsx", help="要导入的工作簿")
        parser.add_argument("--unit", required=True, help="导入到的单位或科室：编号或名称")
        parser.add_argument("--cycle", required=True, type=int, help="周期编号")
        parser.add_argument("--by", default="", help="以谁的名义导入：用户名（不写则记为系统）")
        parser.add_argument(
            "--heading", action="append", default=[], metavar="表头=栏目", help="认不得的表头，可以写几次"
        )
        parser.add_argument(
            "--level",
            action="append",
            default=[],
            metavar="词=等级",
            help="方案没有的等级词；“1中2低=中,低,低”；写“空”则先空着",
        )
        parser.add_argument(
            "--place", action="append", default=[], metavar="词=机构", help="责任主体一栏认不得的词归到哪个机构"
        )
        parser.add_argument("--marked", type=Path, metavar="OUT.xlsx", help="把标注了问题的原表写到这个文件")
        parser.add_argument("--dry-run", action="store_true", help="只预览，不写入")
        parser.add_argument("--json", action="store_true", help="以 JSON 输出结果：数目、错误、提醒、要决定的词")

    def handle(self, *, file: Path, unit: str, cycle: int, by: str, dry_run: bool, **options) -> None:
        run = Cycle.objects.filter(pk=cycle).select_related("scheme", "bureau").first()
        if run is None:
            raise CommandError(f"没有编号为 {cycle} 的周期。", returncode=WRONG_CALL)
        if options["marked"] and options["marked"].resolve() == file.resolve():
            raise CommandError("标注的表请写到另一个文件，不要覆盖原表。", returncode=WRONG_CALL)
        place, user, choices = only(_units(run), unit, "机构", of=run.bureau), user_named(by), _choices(options, run)
        data = _bytes(file)
        try:
            sheets = reading.read(data)
            plan = make_plan(sheets=sheets, unit=place, cycle=run, choices=choices)
            if options["marked"]:
                _write(options["marked"], reading.mark(data, notes_of(plan)))
            if not plan.wrong:
                check_repeat(run, plan)
                self._import(dry_run, sheets=sheets, unit=place, cycle=run, by=user, name=file.name, choices=choices)
        except (Unreadable, Refused) as fault:
            if options["json"]:
                self.stdout.write(json.dumps({"ok": False, "refused": str(fault)}, ensure_ascii=False))
            raise CommandError(str(fault), returncode=WRONG_TABLE) from fault
        self._tell(plan, dry_run, options["json"])
        if plan.wrong:
            raise CommandError(f"表中有 {plan.wrong} 处错误，没有导入任何内容。", returncode=WRONG_TABLE)

    def _import(self, dry_run: bool, *, sheets: list[Sheet], **asked) -> None:
        if not dry_run:
            apply_import(sheets=sheets, **asked)

    def _tell(self, plan: ImportPlan, dry_run: bool, as_json: bool) -> None:
        counts = plan.counts()
        if as_json:
            self.stdout.write(json.dumps(_told(plan, counts, dry_run), ensure_ascii=False))
            return
        for word, messages in (("错误", plan.errors), ("提醒", plan.warnings)):
            for message in messages:
                self.stdout.write(f"{word}：{message.place}：{message.said}{message.todo}")
        if not plan.wrong:
            done = "将写入" if dry_run else "已写入"
            self.stdout.write(f"{done}：" + "，".join(f"{label} {counts[key]}" for key, label in COUNTS) + "。")


def _told(plan: ImportPlan, counts: dict[str, int], dry_run: bool) -> dict:
    return {
        "ok": not plan.wrong,
        "written": not plan.wrong and not dry_run,
        "counts": counts,
        "errors": [_values(message) for message in plan.errors],
        "warnings": [_values(message) for message in plan.warnings],
        "questions": [
            {"what": q.what, "text": q.text, "places": q.places, "needed": q.needed, "answered": bool(q.answer)}
            for q in plan.questions.values()
        ],
    }


def _bytes(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(LARGEST_FILE + 1)  # what is longer is refused anyway
    except OSError as fault:
        raise CommandError(f"读不出 {file.name}：{fault.strerror}", returncode=WRONG_CALL) from fault


def _write(file: Path, data: bytes) -> None:
    try:
        file.write_bytes(data)
    except OSError as fault:
        raise CommandError(f"写不进 {file.name}：{fault.strerror}", returncode=WRONG_CALL) from fault


def _choices(options: dict, cycle: Cycle) -> Choices:
    """What the options say about words. Raises CommandError for a field, level or unit that is not there."""
    fields = {name: key for key, name in NAMES.items()} | {"不导入": ""}
    ranks = {words.plain(level.name): str(level.rank) for level in spec_of(cycle.scheme).levels} | {"空": NONE}
    choices = Choices()
    for title, name in _pairs(options["heading"], "--heading"):
        choices.titles[key_of(title)] = _known(fields, name, "栏目")
    for word, names in _pairs(options["level"], "--level"):
        plain, found = words.plain(word), [_known(ranks, words.plain(name), "等级") for name in names.split(",")]
        choices.words[f"levels:{plain}:{len(found)}" if len(found) > 1 else f"level:{plain}"] = ",".join(found)
    for word, name in _pairs(options["place"], "--place"):
        choices.words[f"unit:{words.plain(word)}"] = str(only(_units(cycle), name, "机构", of=cycle.bureau).pk)
    return choices


def _pairs(given: list[str], option: str) -> list[tuple[str, str]]:
    pairs = [tuple(part.strip() for part in each.rpartition("=")[::2]) for each in given]
    if not all(word and said for word, said in pairs):
        raise CommandError(f"{option} 要写成“词=意思”。", returncode=WRONG_CALL)
    return pairs


def _known(words_known: dict[str, str], name: str, what: str) -> str:
    if name not in words_known:
        raise CommandError(f"没有“{name}”这个{what}；可写：{'、'.join(words_known)}。", returncode=WRONG_CALL)
    return words_known[name]


def _units(cycle: Cycle) -> QuerySet[Unit]:
    return Unit.objects.open().filter(bureau_id=cycle.bureau_id)


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
