"""What the start of the server should say about printing."""

from django.core.checks import CheckMessage, Warning

from documents.rendering import fonts
from paper import PaperError


def chinese_fonts(app_configs: object, **kwargs: object) -> list[CheckMessage]:
    """Warn when no PDF can be made here: everything else works without fonts."""
    try:
        fonts.chain()
    except PaperError as error:
        return [Warning(str(error), id="documents.W001")]
    return []
