"""Addresses of the filling page: everything there is a normal POST with a redirect back to the row."""

from django.urls import URLPattern, path

from workflow.views import fill, fill_conflict

urlpatterns: list[URLPattern] = [
    path("registers/<int:pk>/fill/", fill.page, name="register_fill"),
    path("registers/<int:pk>/fill/head/", fill.save_head, name="register_head_save"),
    path("registers/<int:pk>/fill/rows/", fill.add_row, name="register_row_add"),
    path("registers/<int:pk>/fill/rows/<int:row>/", fill.save_row, name="register_row_save"),
    path("registers/<int:pk>/fill/rows/<int:row>/restore/", fill.restore_row, name="register_row_restore"),
    path("registers/<int:pk>/fill/rows/<int:row>/undo/", fill.undo, name="register_row_undo"),
    path("registers/<int:pk>/fill/rows/<int:row>/conflict/", fill_conflict.row, name="register_row_conflict"),
    path("registers/<int:pk>/fill/head/conflict/", fill_conflict.head, name="register_head_conflict"),
]
