"""Addresses of the cycle board."""

from django.urls import URLPattern, path

from workflow.views import cycles

urlpatterns: list[URLPattern] = [
    path("cycles/", cycles.cycles, name="cycles"),
    path("cycles/new/", cycles.cycle_new, name="cycle_new"),
    path("cycles/<int:pk>/", cycles.cycle, name="cycle"),
    path("cycles/<int:pk>/open/", cycles.cycle_open, name="cycle_open"),
    path("cycles/<int:pk>/registers/", cycles.cycle_registers, name="cycle_registers"),
    path("cycles/<int:pk>/gaps/", cycles.cycle_gaps, name="cycle_gaps"),
    path("cycles/<int:pk>/dates/<int:date>/", cycles.cycle_date, name="cycle_date"),
    path("cycles/<int:pk>/pairs/", cycles.cycle_pairs, name="cycle_pairs"),
    path("cycles/<int:pk>/close/", cycles.cycle_close, name="cycle_close"),
]
