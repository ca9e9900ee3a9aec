"""The documents app."""

from django.apps import AppConfig
from django.core import checks

from documents.checks import chinese_fonts
from jobs import registry


class DocumentsConfig(AppConfig):
    name = "documents"
    verbose_name = "表格与文书"

    def ready(self) -> None:
        checks.register(chinese_fonts)
        registry.register("list_form", "清单", "documents.lists.making.run")
        registry.register("filing_pack", "备案材料", "documents.filing_pack.services.run")
        registry.register("ledger", "台账", "documents.ledger_export.run")
        registry.register("handbook", "工作手册", "documents.handbook.work.run")
        registry.register("plates", "公示牌", "documents.plates.tasks.run")
