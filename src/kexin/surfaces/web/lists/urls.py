"""Addresses of what lists can do."""

from django.urls import path

from kexin.surfaces.web.lists import editing, views

app_name = "lists"
urlpatterns = [
    path("edits/", editing.edits, name="edits"),
    path("edits/<uuid:edit_id>/", editing.edited, name="edited"),
    path("edits/<uuid:edit_id>/undo/", editing.undo, name="undo_edit"),
    path("views/<int:view_id>/drop/", views.drop_view, name="drop_view"),
    path("<str:listing>/views/", views.save_view, name="save_view"),
    path("<str:listing>/bulk/", views.bulk, name="bulk"),
    path("<str:listing>/edit/", editing.edit, name="edit"),
    path("<str:listing>/export/", views.export, name="export"),
]
