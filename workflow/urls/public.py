"""Addresses of the public pages."""

from django.urls import URLPattern, path

from workflow.views import kiosk, public

urlpatterns: list[URLPattern] = [
    path("public/", public.index, name="public"),
    path("public/receipt/", public.receipt, name="public_receipt"),
    path("public/notices/<int:pk>/", public.notice, name="public_notice"),
    path("public/notices/<int:pk>/screen/", kiosk.public_screen, name="public_screen"),
    path("public/notices/<int:pk>/comment/", public.comment, name="public_comment"),
    path("public/notices/<int:pk>/<int:item>/", public.item, name="public_item"),
    path("public/powers/<int:pk>/", public.power, name="public_power"),
    path("public/<int:pk>/", public.bureau, name="public_bureau"),
    path("public/<int:pk>/archive/", public.archive, name="public_archive"),
    path("public/<int:pk>/powers/", public.powers, name="public_powers"),
]
