"""manage.py filing_pack: everything of a bureau's cycle as one archive, or only the check of what is missing."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.http import Http404

from accounts.exceptions import Refused
from accounts.models import User
from documents.filing_pack import making
from documents.filing_pack.checking import Result, check, is_complete
from documents.filing_pack.facts import facts_of
from documents.filing_pack.services import cycle_for, record_made
from paper import PaperError
from registers.management.arguments import WRONG_CALL, only, user_named
from registers.models import Cycle, Unit

GAPS, NOT_MADE = 1, 3


class Command(BaseCommand):
    help = (
        "把一个单位一个周期的登记表、会议记录、公示材料、办理意见、审计摘录装成一个备案材料包（zip），先作完整性检查。"
        "退出码：0 完整，1 有缺漏（材料照样写出，缺漏列在目录里），2 参数不对，3 没有做成。"
    )

    def add_arguments(self, parser):
        parser.add_argument("--bureau", required=True, help="单位：编号或名称")
        parser.add_argument("--cycle", required=True, help="周期：编号或名称")
        parser.add_argument("--out", type=Path, metavar="FILE.zip", help="写到哪个文件；--check 时不写")
        parser.add_argument("--check", action="store_true", dest="only_check", help="只检查，不生成")
        parser.add_argument("--by", default="", help="以谁的名义：用户名，须是可以生成的人（不写则记为系统）")

    def handle(self, *, bureau: str, cycle: str, out: Path | None, only_check: bool, by: str, **options):
        run, user = _cycle(bureau, cycle), user_named(by)
        if user is not None:
            _require(user, run)
        if out is None and not only_check:
            raise CommandError("请用 --out 写明文件，或者用 --check 只作检查。", returncode=WRONG_CALL)
        facts = facts_of(run)
        if only_check:
            results = check(facts)
        else:
            results = self._make(facts, out, user)
        self._tell(results)
        if not is_complete(results):
            missing = sum(len(result.missing) for result in results)
            raise CommandError(f"材料不完整，缺 {missing} 项。", returncode=GAPS)

    def _make(self, facts, out: Path, user: User | None) -> list[Result]:
        """Write beside the place and put it there when it is whole."""
        part = out.with_name(f"{out.name}.part")
        try:
            with part.open("wb") as stream:
                made = making.write(facts, stream)
            part.replace(out)
        except PaperError as fault:
            raise CommandError(str(fault), returncode=NOT_MADE) from fault
        except OSError as fault:
            raise CommandError(f"写不了 {out}：{fault.strerror}", returncode=WRONG_CALL) from fault
        finally:
            part.unlink(missing_ok=True)
        record_made(by=user, cycle=facts.cycle, made=made)
        self.stdout.write(f"已写出 {out}，{made.files} 个文件。")
        return made.results

    def _tell(self, results: list[Result]) -> None:
        for result in results:
            self.stdout.write(f"{result.check.name}：{result.said}")
            for gap in result.gaps:
                self.stdout.write(f"  {'说明' if gap.note else '缺漏'}：{gap.said}")


def _cycle(bureau: str, asked: str) -> Cycle:
    place = only(Unit.objects.filter(parent=None), bureau, "单位")
    return only(Cycle.objects.filter(bureau=place).select_related("scheme", "bureau"), asked, "周期", of=place)


def _require(user: User, cycle: Cycle) -> None:
    """In somebody's name only what he could have made himself."""
    try:
        cycle_for(user, cycle.pk)
    except (Http404, Refused) as fault:
        raise CommandError(str(fault) or f"“{user.username}”不能查看这个周期。", returncode=WRONG_CALL) from fault
