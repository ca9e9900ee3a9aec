"""Make the numbers of the unit tree anew."""

from django.core.management.base import BaseCommand, CommandError

from registers.services.tree_check import faults, rebuild


class Command(BaseCommand):
    help = "按上级关系重建机构树的编号和归属标记"

    def handle(self, *args, **options) -> None:
        rebuild()
        found = faults()
        for line in found:
            self.stdout.write(line)
        if found:
            raise CommandError("重建后仍有错误：上级关系本身有误。", returncode=1)
        self.stdout.write("机构树已重建。")
