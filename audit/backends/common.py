"""What both databases share: the chain is continued before a commit, and a rollback forgets what was to be linked."""

from audit import linking
from audit.linking import Pending


class Linking:
    """Mixed into a database wrapper. Django calls `_commit` at the end of the outermost atomic block only."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.evidence = Pending()

    def _commit(self):
        if self.connection is not None:
            linking.close(self)
        return super()._commit()

    def _rollback(self):
        self.evidence.begin_anew()
        return super()._rollback()

    def _close(self):
        self.evidence.begin_anew()
        return super()._close()
