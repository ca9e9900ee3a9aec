"""All checks before a filing pack, each with the name that the office reads."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from documents.filing_pack import checks_batches, checks_registers
from documents.filing_pack.facts import Facts
from documents.filing_pack.gaps import Gap


@dataclass(frozen=True)
class Check:
    name: str
    find: Callable[[Facts], Iterator[Gap]]


@dataclass(frozen=True)
class Result:
    """What one check found."""

    check: Check
    gaps: tuple[Gap, ...]

    @property
    def missing(self) -> tuple[Gap, ...]:
        return tuple(gap for gap in self.gaps if not gap.note)

    @property
    def notes(self) -> tuple[Gap, ...]:
        return tuple(gap for gap in self.gaps if gap.note)

    @property
    def said(self) -> str:
        """What the contents page prints: 通过, or how many are missing."""
        return f"缺 {len(self.missing)} 项" if self.missing else "通过，有说明" if self.gaps else "通过"


CHECKS = (
    Check("应有的登记表都有", checks_registers.subjects_have_registers),
    Check("方案的各个附件都有", checks_registers.attachments_are_there),
    Check("登记表都已办完", checks_registers.registers_are_finished),
    Check("登记表都已封存", checks_registers.registers_are_sealed),
    Check("封存内容与封存码相符", checks_registers.seals_agree),
    Check("汇总表收齐下级登记表", checks_registers.compiled_is_whole),
    Check("汇总之后下级没有变动", checks_registers.compiled_is_fresh),
    Check("岗位、科室和单位的合计一致", checks_registers.totals_agree),
    Check("各步意见和署名齐全", checks_registers.signatures_are_there),
    Check("先签署、后公示", checks_registers.signatures_precede_publication),
    Check("会议记录和纪要编号齐全", checks_batches.meetings_are_recorded),
    Check("公示有起止日期并且满期", checks_batches.notices_have_their_period),
    Check("公示意见都已办结", checks_batches.comments_are_handled),
    Check("备案都有回执", checks_batches.filings_have_receipts),
    Check("文号和生效日期齐全", checks_batches.issues_are_numbered),
    Check("文号不重复", checks_batches.numbers_are_unique),
    Check("没有逾期", checks_batches.deadlines_are_kept),
)


def check(facts: Facts) -> list[Result]:
    """Ask every check."""
    return [Result(one, tuple(one.find(facts))) for one in CHECKS]


def is_complete(results: list[Result]) -> bool:
    """Whether nothing is missing; notes do not count."""
    return not any(result.missing for result in results)
