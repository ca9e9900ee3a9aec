"""Prove that the unit tree is whole."""

from django.core.management.base import BaseCommand, CommandError

from registers.services.tree_check import faults


class Command(BaseCommand):
    help = "检查机构树的编号和归属标记；有错误时列出并以 1 退出"

    def handle(self, *args, **options) -> None:
        found = faults()
        for line in found:
            self.stdout.write(line)
        if found:
            raise CommandError(f"机构树有 {len(found)} 处错误；可用 rebuild_tree 修复。", returncode=1)
        self.stdout.write("机构树完好。")
