from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.module_loading import import_string


def _protect(using: str, **_) -> None:
    """A migration may have made a table anew, without its triggers; a new table begins to be protected."""
    import_string("audit.beginning.begin")(connections[using])


class AuditConfig(AppConfig):
    name = "audit"
    verbose_name = "审计"

    def ready(self) -> None:
        post_migrate.connect(_protect, sender=self)
