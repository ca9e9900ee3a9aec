"""A long catalogue is imported in the background: the same plan, the same digest between preview and import."""

from accounts.exceptions import NotNow
from accounts.models import User
from jobs import services
from jobs.models import Job
from jobs.work import Work
from registers.importing import uploads
from registers.importing.catalogue.apply import apply_catalogue
from registers.importing.catalogue.catalogue import Catalogue
from registers.importing.catalogue.kinds import CATALOGUES
from registers.importing.uploads import Upload
from registers.models import Unit

KIND = "catalogue"
LONG = 300  # rows


def is_long(upload: Upload) -> bool:
    """Whether it is too long to be imported while the reader waits."""
    return upload.rows > LONG


def ask(*, catalogue: Catalogue, upload: Upload, place: Unit, seen: str, by: User) -> Job:
    """Put the confirmed import into the queue."""
    params = {"token": upload.token, "kind": catalogue.key, "seen": seen}
    title = f"导入{catalogue.name}《{upload.name}》"
    job = services.ask(kind=KIND, title=title, params=params, by=by, bureau=place.bureau_id)
    uploads.begin(upload, job.pk)
    return job


def run(work: Work) -> None:
    """Import what was confirmed, all of it or nothing. The rights are asked again as they are now."""
    upload = uploads.find(work.params["token"], work.by)
    if upload is None or upload.event:
        raise uploads.gone()
    place = Unit.objects.open().filter(pk=upload.unit).first()
    if place is None:
        raise NotNow("导入的机构已经不在，没有导入。")
    work.progress(0, upload.rows, "正在核对和写入")
    made = apply_catalogue(
        catalogue=CATALOGUES[work.params["kind"]],
        sheets=upload.sheets,
        place=place,
        by=work.by,
        name=upload.name,
        seen=work.params["seen"],
    )
    uploads.finish(upload, made.event)
    lines = [f"《{upload.name}》已导入。", *(f"{label}：{number}" for label, number in made.counts), ""]
    work.output(f"导入结果（{upload.name}）.txt").write("\r\n".join(lines).encode("utf-8-sig"))
