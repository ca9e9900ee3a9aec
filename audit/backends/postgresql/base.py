"""PostgreSQL as the program uses it: triggers are functions of the database itself."""

from django.db.backends.postgresql import base

from audit import reading
from audit.backends.common import Linking, PortableSql

# Numbers of transactions begin anew when a dump is restored elsewhere: with its time, one is never met again.
TRANSACTION = "pg_current_xact_id_if_assigned()::text || '@' || extract(epoch FROM transaction_timestamp())::text"


class Features(PortableSql, base.DatabaseFeatures):
    pass


class Operations(base.DatabaseOperations):
    compiler_module = "audit.backends.postgresql.compiler"


class DatabaseWrapper(Linking, base.DatabaseWrapper):
    """A connection that continues the chain before each commit."""

    features_class = Features
    ops_class = Operations
    journal = False  # whether there is one in this database: not before its first migration

    def _close(self):
        self.journal = False
        return super()._close()

    def noted_changes(self, cursor) -> list[reading.ChangeRow]:
        """What triggers wrote in the open transaction."""
        if not self.journal:
            cursor.execute(
                "SELECT count(*) FROM information_schema.tables"
                " WHERE table_schema = current_schema() AND table_name = 'audit_change'"
            )
            self.journal = cursor.fetchone()[0] > 0
            if not self.journal:
                return []
        return reading.changes_where(cursor, f"tx = {TRANSACTION}", [])
