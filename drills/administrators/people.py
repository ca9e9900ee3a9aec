"""The model: who is who, who knows which password and which code, and what two of them have agreed on.

Independent of the product's rules: it knows only what people were told and did. An honest person passes a password or
a code on to whom the account is meant for; everybody uses all that he knows.
"""

from collections import defaultdict
from dataclasses import dataclass, field

NOBODY = -1  # the owner of a made-up account


@dataclass
class Knowledge:
    """Accounts and grants by primary key, people by number."""

    owner: dict[int, int] = field(default_factory=dict)
    passwords: dict[int, str] = field(default_factory=dict)  # the one that opens the account now
    known: dict[int, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))  # person → account → password
    codes_known: dict[int, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))
    proposed: dict[tuple[str, int], int] = field(default_factory=dict)  # row → person
    agreed: dict[tuple[str, int], tuple[int, int]] = field(default_factory=dict)  # row → the two persons
    homes: set[tuple[int, str]] = field(default_factory=set)  # (unit, administrator's role) that once was there
    persons: int = 0

    def new_person(self) -> int:
        self.persons += 1
        return self.persons - 1

    def new_password(self, account: int, password: str, maker: int, *, delivered: bool) -> None:
        """Somebody set the password of an account; if delivered, its owner knows it too."""
        self.passwords[account] = password
        self.known[maker][account] = password
        if delivered and self.owner[account] != NOBODY:
            self.known[self.owner[account]][account] = password

    def new_code(self, account: int, code: str, giver: int) -> None:
        """The giver hands the code to whom the account is meant for, and to nobody else."""
        self.codes_known[giver][account] = code
        if self.owner[account] != NOBODY:
            self.codes_known[self.owner[account]][account] = code

    def opens(self, person: int, account: int) -> bool:
        """Whether he can sign in there."""
        return self.passwords.get(account) is not None and self.known[person].get(account) == self.passwords[account]

    def code_of(self, person: int, account: int) -> str:
        """The code that he would type; empty if he was told none."""
        return self.codes_known[person].get(account, "")
