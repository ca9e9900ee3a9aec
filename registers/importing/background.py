"""A long table is imported in the background: the same services, the same digest between preview and import."""

from accounts.exceptions import NotNow
from accounts.models import User
from accounts.roles import Permission
from jobs import services
from jobs.models import Job
from jobs.work import Work
from registers import access
from registers.importing import uploads
from registers.importing.apply import Imported, apply_import
from registers.importing.display import counts_shown
from registers.importing.uploads import Upload
from registers.models import Cycle, Unit

KIND = "import"
LONG = 1500  # rows; what takes longer than two seconds in a request is not done in one


def is_long(upload: Upload) -> bool:
    """Whether the table is too long to be imported while the reader waits."""
    return upload.rows > LONG


def ask(*, upload: Upload, unit: Unit, seen: str, by: User) -> Job:
    """Put the confirmed import into the queue."""
    access.require(by, Permission.IMPORT, unit)
    params = {"token": upload.token, "seen": seen}
    job = services.ask(kind=KIND, title=f"导入《{upload.name}》", params=params, by=by, bureau=unit.bureau_id)
    uploads.begin(upload, job.pk)
    return job


def job_of(upload: Upload, user: User) -> Job | None:
    """The job that imports the upload, as long as it waits or runs."""
    job = Job.objects.filter(pk=upload.job, by=user).first() if upload.job else None
    return job if job and job.is_live else None


def run(work: Work) -> None:
    """Import what was confirmed, all of it or nothing, and write down what was made."""
    upload = uploads.find(work.params["token"], work.by)
    if upload is None or upload.event:
        raise uploads.gone()
    unit = Unit.objects.open().filter(pk=upload.unit).first()
    cycle = Cycle.objects.select_related("scheme").filter(pk=upload.cycle).first()
    if unit is None or cycle is None:
        raise NotNow("导入的单位或周期已经不在，没有导入。")
    work.progress(0, upload.rows, "正在核对")
    made = apply_import(
        sheets=upload.sheets,
        unit=unit,
        cycle=cycle,
        by=work.by,
        name=upload.name,
        seen=work.params["seen"],
        choices=upload.choices,
    )
    uploads.finish(upload, made.event)
    stream = work.output(f"导入结果（{upload.name}）.txt")
    stream.write(told(upload, made).encode("utf-8-sig"))


def told(upload: Upload, made: Imported) -> str:
    """What was made, for who reads it later."""
    lines = [f"《{upload.name}》已导入。", *(f"{label}：{number}" for label, number in counts_shown(made.counts))]
    return "\r\n".join([*lines, "写入的登记表：", *(register.subject_name for register in made.registers), ""])
