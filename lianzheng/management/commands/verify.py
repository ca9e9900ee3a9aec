"""`verify`: is the evidence still what was written? For the audit administrator's shell and for timers."""

import json
from dataclasses import asdict
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from audit import checkpoints
from audit.verify import Checkpoint, Result, verify
from registers.services.tree_check import faults as tree_faults

SHOWN = 200


class Command(BaseCommand):
    help = "核验证据：审计记录和数据改动的链、受保护的每一行、触发器。退出码 0 完好，1 有不符，2 参数不对"

    def add_arguments(self, parser) -> None:
        parser.add_argument(
            "--checkpoint", action="append", default=[], metavar="FILE", help="离开过本机的检查点文件，可多次给出"
        )
        parser.add_argument("--since", metavar="FILE", help="只核验这个检查点文件之后的")
        parser.add_argument("--json", action="store_true", help="一行 JSON")

    def handle(self, *args, **options) -> None:
        points = [point for name in options["checkpoint"] for point in self._read(Path(name))]
        if place := checkpoints.folder():
            points += [point for path in sorted(place.glob("*.txt")) for point in self._read(path)]
        since = self._read(Path(options["since"])) if options["since"] else []
        result = verify(connection, since=since, checkpoints=points)
        tree = [] if since else [str(fault) for fault in tree_faults()]
        if options["json"]:
            told = {"findings": [asdict(one) for one in result.findings], "tree": tree, "links": result.links}
            told |= {
                "changes": result.changes,
                "rows": result.rows,
                "redacted": result.redacted,
                "seconds": round(result.seconds, 1),
            }
            self.stdout.write(json.dumps(told, ensure_ascii=False))
        else:
            self._tell(result, tree)
        if result.findings or tree:
            raise SystemExit(1)

    def _read(self, path: Path) -> list[Checkpoint]:
        try:
            return checkpoints.parse(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, checkpoints.CannotRead) as fault:
            raise CommandError(f"读不了检查点文件“{path}”：{fault}", returncode=2) from fault

    def _tell(self, result: Result, tree: list[str]) -> None:
        for finding in result.findings[:SHOWN]:
            self.stdout.write(str(finding))
        for fault in tree:
            self.stdout.write(fault)
        looked = f"核验了 {result.links} 条审计记录、{result.changes} 次数据改动、{result.rows} 行数据"
        if result.redacted:
            looked += f"（其中依法抹去 {result.redacted} 处，请与“抹去个人信息”页的各次对照）"
        found = len(result.findings) + len(tree)
        self.stdout.write(
            f"{looked}，用时 {result.seconds:.1f} 秒：{'完好。' if not found else f'有 {found} 处不符。'}"
        )
