from django.apps import AppConfig
from django.core.checks import register
from django.utils.module_loading import import_string


class LianzhengConfig(AppConfig):
    name = "lianzheng"
    verbose_name = "廉政风险防控登记"

    def ready(self) -> None:
        """Have the checks run: what needs the database with `check --deploy` only."""
        for check, tag in import_string("lianzheng.checks.ALWAYS"):
            register(check, tag)
        for check, tag in import_string("lianzheng.checks.DEPLOYED"):
            register(check, tag, deploy=True)
