"""SQLite as the program uses it: triggers ask the connection for the transaction, for salt and for hashes.

A tool without these functions cannot write to a protected table unless it first takes away the triggers,
which `audit.verify` notices.
"""

from django.db.backends.sqlite3 import base

from audit import canonical, reading
from audit.backends.common import Linking, PortableSql


class Features(PortableSql, base.DatabaseFeatures):
    pass


class DatabaseWrapper(Linking, base.DatabaseWrapper):
    """A connection with the functions that the triggers call, and the chain continued before each commit."""

    features_class = Features
    guarded = True  # tests alone empty tables that may only be added to
    salt = ""

    def get_new_connection(self, conn_params):
        connection = super().get_new_connection(conn_params)
        connection.create_function("evidence_tx", 0, self._transaction)
        connection.create_function("evidence_salt", 0, self._new_salt)
        connection.create_function("evidence_hash", 1, self._hash)
        connection.create_function("evidence_guarded", 0, lambda: int(self.guarded))
        return connection

    def noted_changes(self, cursor) -> list[reading.ChangeRow]:
        """What triggers wrote in the open transaction."""
        if not self.evidence.noted:
            return []
        self.evidence.noted = False
        return reading.changes_where(cursor, "tx = %s", [self.evidence.token])

    def _transaction(self) -> str:
        """Raises, and so refuses the statement, outside a transaction: nothing would link what it changes."""
        if not self.in_atomic_block:
            raise RuntimeError("a protected table is only written in a transaction")
        self.evidence.noted = True
        return self.evidence.token

    def _new_salt(self) -> str:
        self.salt = canonical.fresh_salt()
        return self.salt

    def _hash(self, text):
        """Of the row whose salt was made last: a trigger asks for the salt first."""
        return None if text is None else canonical.text_digest(self.salt, str(text))
