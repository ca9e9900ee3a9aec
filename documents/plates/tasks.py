"""The plates of a whole unit in the background."""

from documents.plates.printing import render
from documents.plates.reading import plates_of, posts_of, with_codes
from documents.plates.services import SIZE_NAMES, record_printed, require_unit
from jobs.work import Work
from registers.models import Unit

KIND, NAME = "plates", "公示牌"


def title_of(unit: Unit, size: str) -> str:
    """What the job and its file are called."""
    return f"{unit}公示牌（{SIZE_NAMES[size]}）"


def run(work: Work) -> None:
    """All plates under the unit ``params["unit"]`` in the size ``params["size"]``; asked again who may have them."""
    unit, size = Unit.objects.get(pk=work.params["unit"]), work.params["size"]
    require_unit(work.by, unit)
    plates = with_codes(plates_of(posts_of(unit)), work.params["address"])
    data = render(plates, size=size, progress=lambda done, total: work.progress(done, total, "正在排版"))
    work.output(f"{title_of(unit, size)}.pdf").write(data)
    record_printed(by=work.by, target=unit, size=size, plates=len(plates))
