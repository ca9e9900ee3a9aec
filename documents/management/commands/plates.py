"""manage.py plates: the desk plates of a bureau or of one of its units as one PDF."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from documents.plates.printing import render
from documents.plates.reading import address_of_site, plates_of, posts_of, with_codes
from documents.plates.services import record_printed
from paper import PaperError
from registers.management.arguments import WRONG_CALL, only
from registers.models import Unit
from registers.schemes.plate_model import SIZES

NOT_MADE = 1


class Command(BaseCommand):
    help = (
        "把一个单位（或其中一个科室）全部岗位的公示牌排成一个 PDF，按科室和岗位的次序，一牌一页。"
        "退出码：0 已写出，1 没有可以印的公示牌或不能排版（原因见提示），2 参数不对。"
    )

    def add_arguments(self, parser):
        parser.add_argument("--bureau", required=True, metavar="单位", help="单位的编号或名称")
        parser.add_argument("--unit", default="", metavar="机构", help="只印这个内设机构：编号或名称（不写则全单位）")
        parser.add_argument("--size", choices=SIZES, default=SIZES[0], help="a5 横向单面；a4 对折后立在桌上")
        parser.add_argument("--address", default="", metavar="网址", help="二维码里的网址开头（默认取站点的公开地址）")
        parser.add_argument("--out", required=True, type=Path, metavar="FILE.pdf", help="写到哪个文件")

    def handle(self, *, bureau: str, unit: str, size: str, address: str, out: Path, **options):
        place = only(Unit.objects.open().filter(parent=None), bureau, "单位")
        if unit:
            place = only(Unit.objects.open().filter(bureau=place), unit, "机构", of=place)
        if not out.parent.is_dir():
            raise CommandError(f"没有 {out.parent} 这个文件夹。", returncode=WRONG_CALL)
        posts = posts_of(place)
        plates = with_codes(plates_of(posts), address or address_of_site())
        if not address and any(plate.public and not plate.url for plate in plates):
            said = "不知道公众从哪个网址打开本系统：请写 --address，或设置 LIANZHENG_PUBLIC_URL。"
            raise CommandError(said, returncode=WRONG_CALL)
        try:
            data = render(plates, size=size)
            out.write_bytes(data)
        except PaperError as fault:
            raise CommandError(str(fault), returncode=NOT_MADE) from fault
        except OSError as fault:
            raise CommandError(f"写不了 {out.name}：{fault.strerror}", returncode=NOT_MADE) from fault
        record_printed(by=None, target=place, size=size, plates=len(plates))
        left = posts.count() - len(plates)
        self.stdout.write(f"已写出 {out}：{len(plates)} 块公示牌。" + (f"{left} 个岗位没有公示牌。" if left else ""))
