"""Addresses of schemes."""

from django.urls import path

from registers.views import schemes

urlpatterns = [
    path("schemes/", schemes.schemes, name="schemes"),
    path("schemes/<int:pk>/", schemes.scheme, name="scheme"),
]
