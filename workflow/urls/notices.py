"""Addresses of the notices pages."""

from django.urls import URLPattern, path

from workflow.views import comments, kiosk, notice_check, notices

urlpatterns: list[URLPattern] = [
    path("notices/", notices.board, name="notices"),
    path("notices/new/", notices.new, name="notice_new"),
    path("notices/<int:pk>/", notices.page, name="notice"),
    path("notices/<int:pk>/edit/", notices.edit, name="notice_edit"),
    path("notices/<int:pk>/personal-data/", notice_check.check, name="notice_check"),
    path("notices/<int:pk>/publish/", notices.publish, name="notice_publish"),
    path("notices/<int:pk>/close/", notices.close, name="notice_close"),
    path("notices/<int:pk>/withdraw/", notices.withdraw, name="notice_withdraw"),
    path("notices/<int:pk>/delete/", notices.delete, name="notice_delete"),
    path("board/", notices.notice_board, name="notice_board"),
    path("board/<int:pk>/", notices.read, name="notice_read"),
    path("board/<int:pk>/screen/", kiosk.screen, name="notice_screen"),
    path("board/<int:pk>/comment/", notices.comment, name="notice_comment"),
    path("board/<int:pk>/<int:item>/", notices.read_item, name="notice_read_item"),
    path("comments/", comments.listing, name="comments"),
    path("comments/<int:pk>/", comments.page, name="comment"),
    path("comments/notices/<int:pk>/", comments.items, name="comment_items"),
    path("comments/items/<int:pk>/return/", comments.take_out, name="take_out"),
]
