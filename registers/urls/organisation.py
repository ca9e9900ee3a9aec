"""Addresses of units, posts, appointments, and the history of everything."""

from django.urls import path

from registers.views import appointments, history, keeping, organisation

urlpatterns = [
    path("units/", organisation.units, name="units"),
    path("units/<int:pk>/", organisation.unit, name="unit"),
    path("units/<int:pk>/add/", keeping.unit_add, name="unit_add"),
    path("units/<int:pk>/edit/", keeping.unit_edit, name="unit_edit"),
    path("units/<int:pk>/move/", keeping.unit_move, name="unit_move"),
    path("units/<int:pk>/close/", keeping.unit_close, name="unit_close"),
    path("units/<int:pk>/posts/add/", keeping.post_add, name="post_add"),
    path("posts/<int:pk>/", organisation.post, name="post"),
    path("posts/<int:pk>/edit/", keeping.post_edit, name="post_edit"),
    path("posts/<int:pk>/close/", keeping.post_close, name="post_close"),
    path("posts/<int:pk>/appoint/", appointments.appoint, name="appoint"),
    path("appointments/<int:pk>/end/", appointments.appointment_end, name="appointment_end"),
    path("posts/<int:pk>/charges/add/", appointments.charge_add, name="charge_add"),
    path("charges/<int:pk>/end/", appointments.charge_end, name="charge_end"),
    path("history/<slug:model>/<int:pk>/", history.history, name="history"),
]
