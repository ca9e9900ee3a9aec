"""What both databases share: the chain is continued before a commit, and a rollback forgets what was to be linked."""

from audit import linking, once
from audit.linking import Pending


class PortableSql:
    """For the features of a backend: what compatible servers lack is not written, though this one could.

    So the statements that our tests try are those that run there (`drills.sql.rules`).
    """

    supports_aggregate_filter_clause = False  # CASE instead of FILTER
    supports_ignore_conflicts = False  # looks first instead of ON CONFLICT DO NOTHING


class Linking:
    """Mixed into a database wrapper. Django calls `_commit` at the end of the outermost atomic block only."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.evidence = Pending()

    def _commit(self):
        if self.connection is None:
            return super()._commit()
        form = once.spend(self)  # before the ends of the chains are locked: an equal request waits here
        linking.close(self)
        done = super()._commit()
        if form is not None:
            form.spent = True
        return done

    def _rollback(self):
        self.evidence.begin_anew()
        return super()._rollback()

    def _close(self):
        self.evidence.begin_anew()
        return super()._close()
