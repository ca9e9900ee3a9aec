"""`checkpoint`: where the chains end now, told to somebody outside."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from audit import checkpoints


class Command(BaseCommand):
    help = "写下各单位证据链现在的末端（检查点）。退出码 0 已写，1 有检查点已不在链中（库被退回或重算）或写不了"

    def add_arguments(self, parser) -> None:
        parser.add_argument("--out", type=Path, metavar="FOLDER", help="追加到这个文件夹，每个单位一个文件；不写就打印")

    def handle(self, *, out: Path | None, **options) -> None:
        if out is None:
            for point in checkpoints.at_end():
                self.stdout.write(point.text, ending="")
            return
        try:
            gone = checkpoints.missing(out) if out.is_dir() else []
            dropped = checkpoints.drop(out)
        except (OSError, checkpoints.CannotRead) as fault:
            raise CommandError(f"检查点没有写成：{fault}", returncode=1) from fault
        if gone:
            lost = "、".join(f"{point.bureau}-{point.seq}" for point in gone)
            raise CommandError(
                f"文件夹里的检查点 {lost} 已不在链中：数据库被退回到从前，或者链被重新算过。", returncode=1
            )
        self.stdout.write(f"已写 {len(dropped)} 个检查点。")
