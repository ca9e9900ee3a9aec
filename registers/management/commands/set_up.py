"""The first bureau and its three administrators: there is no superuser who could make them in the browser."""

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts import services as accounts
from accounts.exceptions import Refused
from accounts.roles import ADMINISTRATORS, Role
from registers.enums import UnitKind
from registers.models import Unit
from registers.services import roles, tree


class Command(BaseCommand):
    help = "建立单位和它的三员（系统、安全、审计管理员）账号，打印各自的一次性密码"

    def add_arguments(self, parser) -> None:
        parser.add_argument("bureau", help="单位名称，如 某县建设局")
        parser.add_argument("--above", help="上级机关名称（须已建立）")
        parser.add_argument("--only", choices=sorted(ADMINISTRATORS), help="单位已经建立：只再建一位这样的管理员")
        parser.add_argument("--prefix", required=True, help="用户名前缀，如 jsj 得到 jsj-system_admin 等三个账号")

    @transaction.atomic
    def handle(self, *args, **options) -> None:
        above = self._above(options["above"])
        bureau = Unit.objects.filter(parent__isnull=True, name=options["bureau"]).first()
        if options["only"] and bureau is None:
            raise CommandError(f"没有名为“{options['bureau']}”的单位。")
        if bureau is not None and not options["only"]:
            raise CommandError(f"单位“{options['bureau']}”已经建立。")
        bureau = bureau or tree.add_unit(by=None, name=options["bureau"], kind=UnitKind.BUREAU, above=above)
        for role in [options["only"]] if options["only"] else sorted(ADMINISTRATORS):
            username = f"{options['prefix']}-{role}"
            try:
                user, password = accounts.add_account(
                    by=None, username=username, name=Role(role).label, bureau=bureau.pk
                )
                roles.grant_role(by=None, user=user, role=role, unit=bureau)
            except Refused as refusal:
                raise CommandError(str(refusal)) from refusal
            self.stdout.write(f"{Role(role).label}\t用户名 {username}\t一次性密码 {password}")
        self.stdout.write("请分别交给本人，三员是三个人；首次登录须改密码。")
        self.stdout.write("这里授予的角色没有第二个人确认，已记入审计记录。")

    def _above(self, name: str | None) -> Unit | None:
        if not name:
            return None
        above = Unit.objects.filter(parent__isnull=True, name=name).first()
        if above is None:
            raise CommandError(f"没有名为“{name}”的上级机关。")
        return above
