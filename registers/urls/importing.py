"""Addresses of the import."""

from django.urls import path

from registers.views import importing

urlpatterns = [
    path("import/", importing.upload, name="import"),
    path("import/done/<int:event>/", importing.done, name="import_done"),
    path("import/<str:token>/", importing.preview, name="import_preview"),
    path("import/<str:token>/decide/", importing.decide, name="import_decide"),
    path("import/<str:token>/marked/", importing.marked, name="import_marked"),
]
