"""`evidence_pack`: the chains with all that they fixed, and the verifier that needs nothing but Python."""

import os
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from audit import pack, services
from registers.models import Unit

INSTALLATION = "本系统"


class Command(BaseCommand):
    help = "写一个证据包：审计记录、数据改动、链和独立的核验程序。退出码 0 已写出，1 写不了，2 没有这个单位"

    def add_arguments(self, parser) -> None:
        parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="写到哪个文件（.zip）")
        parser.add_argument("--bureau", metavar="NAME", help="只要这个单位；不写就是全部")

    def handle(self, *, out: Path, bureau: str | None, **options) -> None:
        roots = dict(Unit.objects.filter(parent__isnull=True).values_list("pk", "name"))
        if bureau is not None:
            roots = {pk: name for pk, name in roots.items() if name == bureau}
            if not roots:
                raise CommandError(f"没有名为“{bureau}”的单位。", returncode=2)
        else:
            roots = {pk: roots.get(pk, INSTALLATION) for pk in pack.bureaus_of(connection)}
        with transaction.atomic():
            services.record(verb="evidence.pack", label=bureau or INSTALLATION, bureau=min(roots) if bureau else 0)
        try:
            with open(out, "wb", opener=lambda path, flags: os.open(path, flags, 0o600)) as stream:
                pack.write(connection, stream, roots)
        except OSError as fault:
            raise CommandError(f"写不了“{out}”：{fault}", returncode=1) from fault
        self.stdout.write(f"已写出 {out}：{len(roots)} 条链。")
