"""manage.py export_form: one paper of a register, or one list of a unit, as a file."""

import io
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.http import Http404

from accounts.models import User
from documents.lists.asked import Asked
from documents.lists.making import asked_by
from documents.lists.offered import Offer, offers
from documents.lists.papers import compose
from documents.papers import paper_of
from documents.rendering import pdf, xlsx
from documents.services import record_list, record_taken
from paper import Document, PaperError
from paper import render as as_html
from registers.management.arguments import WRONG_CALL, user_named
from registers.models import Register, Unit
from registers.schemes.layouts import form_of
from registers.schemes.model import Form
from workflow.access import RELATED, get_visible

NOT_MADE = 1


class Command(BaseCommand):
    help = (
        "把一张表写成文件：登记表的表（--subject 是登记表编号），或者单位、科室的清单（--subject 是机构编号）。"
        "不写 --as 时以系统管理的身份读取全部内容；写了则只含这个人可以看到的内容。"
        "退出码：0 已写出，1 不能排版或写不了文件，2 参数不对或这个人看不到。"
    )

    def add_arguments(self, parser):
        parser.add_argument("--form", required=True, metavar="KEY", help="表的代号，见方案文件的 forms")
        parser.add_argument("--subject", required=True, type=int, metavar="ID", help="登记表编号；清单则为机构编号")
        parser.add_argument("--format", required=True, choices=("pdf", "xlsx", "html"), help="写成哪一种文件")
        parser.add_argument("--out", required=True, type=Path, metavar="FILE", help="写到哪个文件")
        parser.add_argument("--scheme", default="", help="方案的代号（清单在几份方案里同名时要写）")
        parser.add_argument("--cycle", type=int, help="清单依据哪个周期（编号；不写则为生效的登记表）")
        parser.add_argument(
            "--as", "--by", dest="user", default="", metavar="用户名", help="以谁的眼光：只含他可以看到的内容"
        )

    def handle(self, *, form: str, subject: int, format: str, out: Path, user: str, **options):
        if not out.parent.is_dir():
            raise CommandError(f"没有 {out.parent} 这个文件夹。", returncode=WRONG_CALL)
        reader = user_named(user)
        register, found = _of_register(form, subject, reader, options["scheme"])
        if register is not None:
            document, seal = paper_of(register, found)
            self._write(document, format, out)
            digest = seal.digest if seal else ""
            record_taken(by=reader, register=register, form=form, format=format, digest=digest)
            return
        asked = _of_unit(form, subject, reader, options["scheme"], options["cycle"])
        paper = compose(asked)
        self._write(paper.document, format, out)
        record_list(by=reader, unit=asked.unit, form=form, format=format, rows=paper.rows)

    def _write(self, document: Document, format: str, out: Path) -> None:
        try:
            data = _bytes(document, format)
            out.write_bytes(data)
        except PaperError as fault:
            raise CommandError(str(fault), returncode=NOT_MADE) from fault
        except OSError as fault:
            raise CommandError(f"写不了 {out.name}：{fault.strerror}", returncode=NOT_MADE) from fault
        self.stdout.write(f"已写出 {out}：{document.title}（{len(data)} 字节）。")


def _bytes(document: Document, format: str) -> bytes:
    if format == "pdf":
        return pdf.render(document)
    if format == "xlsx":
        stream = io.BytesIO()
        xlsx.write(document, stream)
        return stream.getvalue()
    return str(as_html(document, heading="h1")).encode()


def _of_register(key: str, pk: int, reader: User | None, scheme: str) -> tuple[Register | None, Form | None]:
    """The register of that number, where its scheme has such a form for it; (None, None) lets a list be looked for."""
    register = Register.objects.select_related(*RELATED).filter(pk=pk).first()
    if register is None or scheme not in ("", register.scheme.key):
        return None, None
    found = form_of(register, key)
    if found is None:
        return None, None
    if reader is not None:
        try:
            get_visible(reader, pk)
        except Http404:
            raise CommandError(f"“{reader.username}”看不到编号 {pk} 的登记表。", returncode=WRONG_CALL) from None
    return register, found


def _of_unit(key: str, pk: int, reader: User | None, scheme: str, cycle: int | None) -> Asked:
    unit = Unit.objects.select_related("bureau").filter(pk=pk).first()
    if unit is None:
        raise CommandError(f"没有编号 {pk} 的登记表有“{key}”这张表，也没有编号 {pk} 的机构。", returncode=WRONG_CALL)
    found = [
        (offer, form)
        for offer in offers(unit)
        for form in offer.forms
        if form.key == key and scheme in ("", offer.spec.key)
    ]
    if len(found) != 1:
        known = (
            "、".join(f"{offer.spec.key}/{form.key}" for offer in offers(unit) for form in offer.forms) or "（没有）"
        )
        said = f"“{unit}”没有“{key}”这张清单" if not found else f"几份方案都有“{key}”，请写 --scheme"
        raise CommandError(f"{said}；有：{known}。", returncode=WRONG_CALL)
    offer, form = found[0]
    return _asked(unit, offer, form, reader, cycle)


def _asked(unit: Unit, offer: Offer, form: Form, reader: User | None, cycle: int | None) -> Asked:
    chosen = next((one for one in offer.cycles if one.pk == cycle), None)
    if cycle and (chosen is None or form.over != "bureau"):
        raise CommandError(f"这张清单不能依据编号 {cycle} 的周期。", returncode=WRONG_CALL)
    if reader is None:
        return Asked(form, offer.spec, unit, cycle=chosen)
    try:
        return asked_by(reader, unit, offer.spec.key, form.key, cycle)
    except Http404:
        raise CommandError(f"“{reader.username}”看不到“{unit}”。", returncode=WRONG_CALL) from None
