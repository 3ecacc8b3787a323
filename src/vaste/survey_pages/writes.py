"""What the pages write, each as data that holds all its statements need, so that another process can do it (`handing.py`).

Where nobody knows whether a write was done, it is done again: the second time changes nothing more.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Generic, Self, TypeVar
from uuid import UUID

import msgspec

from vaste.cases.actions import request_contact
from vaste.core.database import Cursor
from vaste.invitations.burning import Burning, burn_all, is_in_mailbox
from vaste.invitations.opt_outs import opt_in_by_slip, opt_out_by_token
from vaste.invitations.sessions import save_sealed
from vaste.responses.actions import withdraw

Result = TypeVar("Result")


class PageWrite(msgspec.Struct, Generic[Result], frozen=True, tag=True, array_like=True):
    """A write, done by calling it with a cursor in a transaction; what raises changes nothing."""

    @property
    def is_one_statement(self) -> bool:
        """Tell whether it needs no transaction around it on PostgreSQL, because one statement changes all there is to change."""
        return False

    def __call__(self, cursor: Cursor) -> Result:
        """Do it, and return how it ended."""
        raise NotImplementedError

    @classmethod
    def do_all(cls, cursor: Cursor, writes: Sequence[Self]) -> list[Result]:
        """Do several of a kind."""
        return [write(cursor) for write in writes]


class FileAnswer(PageWrite[bool], frozen=True):
    """An answer that is filed, with the row of a contact request beside it: both or neither. False: its invitation had burnt."""

    ready: Burning
    contact: tuple[Any, ...] | None = None

    @property
    def is_one_statement(self) -> bool:
        """See PageWrite."""
        return self.contact is None

    def __call__(self, cursor: Cursor) -> bool:
        """See PageWrite."""
        return self.do_all(cursor, [self])[0]

    @classmethod
    def do_all(cls, cursor: Cursor, writes: Sequence[Self]) -> list[bool]:
        """See PageWrite. Many are filed with a handful of statements."""
        filed = burn_all(cursor, [write.ready for write in writes])
        for write, is_filed in zip(writes, filed, strict=True):
            if is_filed and write.contact:
                request_contact(cursor, write.contact)
        return [is_filed or is_in_mailbox(cursor, write.ready) for write, is_filed in zip(writes, filed, strict=True)]


class KeepHalf(PageWrite[bool], frozen=True):
    """Answers so far, sealed, that are kept on their invitation. False: it has burnt."""

    invitation_id: UUID
    sealed: bytes

    @property
    def is_one_statement(self) -> bool:
        """See PageWrite."""
        return True

    def __call__(self, cursor: Cursor) -> bool:
        """See PageWrite."""
        return save_sealed(cursor, self.invitation_id, self.sealed)


class Refuse(PageWrite[str | None], frozen=True):
    """A refusal of surveys by a link; gives what takes it back. None: the link is not open."""

    token: str
    now: datetime

    def __call__(self, _cursor: Cursor) -> str | None:
        """See PageWrite."""
        return opt_out_by_token(self.token, now=self.now)


class TakeRefusalBack(PageWrite[bool], frozen=True):
    """A refusal that is taken back by its slip. False: the slip is none, or too old."""

    slip: str
    now: datetime

    def __call__(self, _cursor: Cursor) -> bool:
        """See PageWrite."""
        return opt_in_by_slip(self.slip, now=self.now)


class Withdraw(PageWrite[bool], frozen=True):
    """An answer that is erased by its code. False: no answer has it."""

    code: str

    def __call__(self, _cursor: Cursor) -> bool:
        """See PageWrite."""
        return withdraw(self.code)


AnyWrite = FileAnswer | KeepHalf | Refuse | TakeRefusalBack | Withdraw
