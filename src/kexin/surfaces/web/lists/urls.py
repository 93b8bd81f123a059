"""Addresses of what lists can do."""

from django.urls import path

from kexin.surfaces.web.lists import editing, segments, views

app_name = "lists"
urlpatterns = [
    path("edits/", editing.edits, name="edits"),
    path("edits/<uuid:edit_id>/", editing.edited, name="edited"),
    path("edits/<uuid:edit_id>/undo/", editing.undo, name="undo_edit"),
    path("segments/", segments.overview, name="segments"),
    path("segments/<int:segment_id>/", segments.segment, name="segment"),
    path("segments/<int:segment_id>/count/", segments.count, name="count_segment"),
    path("views/<int:view_id>/segment/", segments.mark, name="mark_segment"),
    path("views/<int:view_id>/drop/", views.drop_view, name="drop_view"),
    path("<str:listing>/views/", views.save_view, name="save_view"),
    path("<str:listing>/columns/", views.columns, name="columns"),
    path("<str:listing>/bulk/", views.bulk, name="bulk"),
    path("<str:listing>/edit/", editing.edit, name="edit"),
    path("<str:listing>/export/", views.export, name="export"),
]
