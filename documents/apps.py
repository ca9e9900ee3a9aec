"""The documents app."""

from django.apps import AppConfig
from django.core import checks

from documents.checks import chinese_fonts


class DocumentsConfig(AppConfig):
    name = "documents"
    verbose_name = "表格与文书"

    def ready(self) -> None:
        checks.register(chinese_fonts)
