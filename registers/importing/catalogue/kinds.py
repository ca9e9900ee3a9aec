"""The tables that can be imported, by key."""

from accounts.models import User
from registers.importing.catalogue.accounts_list import Accounts
from registers.importing.catalogue.catalogue import Catalogue
from registers.importing.catalogue.organisation import Organisation
from registers.importing.catalogue.people import People
from registers.importing.catalogue.powers import Powers
from registers.importing.catalogue.regulations import Regulations

CATALOGUES: dict[str, Catalogue] = {
    one.key: one for one in (Organisation(), People(), Regulations(), Powers(), Accounts())
}


def open_to(user: User) -> list[Catalogue]:
    """What he may import, in the order in which a new bureau does it."""
    return [one for one in CATALOGUES.values() if one.places(user).exists()]
