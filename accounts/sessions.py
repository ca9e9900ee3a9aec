"""The session engine: kept in the database under a digest of the key, ended on the server by every limit.

Reading the session already reads its row, so that the limits cost no query of their own.
"""

import contextlib
import datetime
import hashlib

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from accounts.models import Session

NOTED_EVERY = datetime.timedelta(seconds=60)  # being busy is written down once a minute, not with every request
SIGN_IN = "sign_in"  # in the session's data: when, from where, with what, under which limits


def digest_of(key: str) -> str:
    """What stands in the database for a key. Keys are random and long: no need of a slow digest."""
    return hashlib.sha256(key.encode()).hexdigest()[:43]


class SessionStore(SessionBase):
    """As Django's database sessions, with a row that knows whose it is, since when, and when he was last seen."""

    def load(self) -> dict:
        row = Session.objects.filter(digest=digest_of(self.session_key)).order_by().first()
        now = timezone.now()
        if row is not None and row.is_over(now):
            row.delete()
            row = None
        if row is None:
            self._session_key = None
            return {}
        if row.user_id is not None and now - row.seen_at > NOTED_EVERY:
            with contextlib.suppress(DatabaseError):  # a disk without room is no reason not to read
                Session.objects.filter(pk=row.pk).update(seen_at=now)
        return self.decode(row.data)

    def exists(self, session_key: str) -> bool:
        return Session.objects.filter(digest=digest_of(session_key)).exists()

    def create(self) -> None:
        while True:
            self._session_key = self._get_new_session_key()
            try:
                self.save(must_create=True)
            except CreateError:
                continue
            self.modified = True
            return

    def save(self, must_create: bool = False) -> None:
        """Raises UpdateError when the session was ended meanwhile: nothing brings it back."""
        if self.session_key is None:
            self.create()
            return
        data = self._get_session(no_load=must_create)
        fields = {"data": self.encode(data), "expires_at": self.get_expiry_date()} | _who(data)
        digest = digest_of(self.session_key)
        if not must_create:
            if not Session.objects.filter(digest=digest).update(**fields):
                raise UpdateError
            return
        now = timezone.now()
        fields = {"started_at": now} | fields
        try:
            with transaction.atomic():
                Session.objects.create(digest=digest, seen_at=now, **fields)
        except IntegrityError as taken:
            raise CreateError from taken

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is not None:
            Session.objects.filter(digest=digest_of(key)).delete()

    @classmethod
    def clear_expired(cls) -> None:
        """For `manage.py clearsessions`: what no limit would let in any more."""
        now = timezone.now()
        for row in Session.objects.iterator():
            if row.is_over(now):
                row.delete()


def _who(data: dict) -> dict:
    """What the row tells of the person; a new key of the same sign-in keeps its beginning."""
    told = data.get(SIGN_IN, {})
    fields = {"user_id": int(data[SESSION_KEY]) if SESSION_KEY in data else None}
    if told:
        fields |= {
            "started_at": datetime.datetime.fromtimestamp(told["at"], datetime.UTC),
            "address": told["from"],
            "agent": told["with"],
            "idle_minutes": told["idle"],
        }
    return fields
