"""The template of a table to import, empty or with what there is."""

import io

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.downloads import download
from documents.catalogue import write
from registers.importing.catalogue.ground import Ground
from registers.views.catalogue import catalogue_of


@require_safe
def catalogue_template(request: HttpRequest, kind: str) -> HttpResponse:
    """``?unit=`` for which unit (the first that he may import for), ``?filled=1`` with what there is now."""
    catalogue = catalogue_of(request.user, kind)
    places = catalogue.places(request.user).select_related("bureau")
    asked = request.GET.get("unit", "")
    place = get_object_or_404(places, pk=int(asked)) if asked.isdecimal() and len(asked) < 12 else places.first()
    filled = request.GET.get("filled") == "1"
    stream = io.BytesIO()
    write(catalogue, Ground(place), stream, filled=filled)
    name = f"{place.name}{catalogue.name}{'' if filled else '（模板）'}.xlsx"
    return download(stream.getvalue(), name)
