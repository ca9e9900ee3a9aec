"""PostgreSQL as the program uses it: triggers are functions of the database itself."""

from django.db.backends.postgresql import base

from audit import reading
from audit.backends.common import Linking

# Numbers of transactions begin anew when a dump is restored elsewhere: with its time, one is never met again.
TRANSACTION = "pg_current_xact_id_if_assigned()::text || '@' || extract(epoch FROM transaction_timestamp())::text"


class DatabaseWrapper(Linking, base.DatabaseWrapper):
    """A connection that continues the chain before each commit."""

    journal = False  # whether there is one in this database: not before its first migration

    def _close(self):
        self.journal = False
        return super()._close()

    def noted_changes(self, cursor) -> list[reading.ChangeRow]:
        """What triggers wrote in the open transaction."""
        if not self.journal:
            cursor.execute("SELECT to_regclass('audit_change') IS NOT NULL")
            self.journal = cursor.fetchone()[0]
            if not self.journal:
                return []
        return reading.changes_where(cursor, f"tx = {TRANSACTION}", [])
