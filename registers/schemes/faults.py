"""What is wrong with a scheme file: collected, never only the first."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One mistake. ``place`` is a JSON path such as ``routes[0].steps[3].returns[0].to``; "" is the whole file."""

    file: str
    place: str
    message: str

    def __str__(self):
        return f"{self.file}：{self.place or '整个文件'}：{self.message}"


class SchemeError(Exception):
    """The file is no valid scheme; ``faults`` holds every mistake found."""

    def __init__(self, faults):
        self.faults = list(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class Faults:
    """Collects the mistakes of one file."""

    def __init__(self, file):
        self.file = file
        self.found: list[Fault] = []

    def add(self, place: str, message: str):
        fault = Fault(self.file, place, message)
        if fault not in self.found:
            self.found.append(fault)

    def raise_if_any(self):
        """Raises SchemeError."""
        if self.found:
            raise SchemeError(self.found)


def listing(values) -> str:
    """Allowed values for a message; at most thirty are named."""
    names = [str(value) for value in values]
    if not names:
        return "（无）"
    return "、".join(names[:30]) + (" 等" if len(names) > 30 else "")
