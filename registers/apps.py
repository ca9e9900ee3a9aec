from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.module_loading import import_string

from accounts import hooks
from jobs import registry


def _keep_apart(using: str, **_) -> None:
    """A migration may have made a table anew, without its triggers."""
    import_string("registers.apart.install")(connections[using])


class RegistersConfig(AppConfig):
    name = "registers"
    verbose_name = "登记"
    # What the journal of row versions leaves out (`audit.protection`).
    unjournaled = {
        "HeadingMemory": "only a help for the next import",
        "Redaction.datum": "what is to be forgotten must not be written down once more; who confirms is shown it",
        "Unit.lft": "derived from parent, checked by check_tree",
        "Unit.rght": "derived from parent, checked by check_tree",
        "Unit.tree_id": "derived from parent, checked by check_tree",
        "Unit.level": "derived from parent, checked by check_tree",
    }

    def ready(self) -> None:
        """Make known what can be done in the background, and keep the three administrators apart in the database."""
        post_migrate.connect(_keep_apart, sender=self)
        hooks.tell_facts_by("registers.people.facts")
        registry.register("import", "导入表格", "registers.importing.background.run")
        registry.register("catalogue", "导入基础资料", "registers.importing.catalogue.background.run")
        registry.guard_files("registers.rights_lost.lost_since")
        registry.sweep_with("registers.importing.uploads.forget_old")
        registry.sweep_with("registers.offline.stash.forget_old")
