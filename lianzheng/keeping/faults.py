"""What can go wrong with a backup, said to the administrator."""


class KeepingError(Exception):
    """Something could not be backed up, restored or moved; the text is a sentence for the administrator."""


class NotToBeUsed(KeepingError):
    """The rows arrived, and something after that went wrong: the target is not empty, and nobody should use it."""
