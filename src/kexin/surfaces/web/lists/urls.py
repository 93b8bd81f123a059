"""Addresses of what lists can do."""

from django.urls import path

from kexin.surfaces.web.lists import views

app_name = "lists"
urlpatterns = [
    path("<str:listing>/views/", views.save_view, name="save_view"),
    path("<str:listing>/bulk/", views.bulk, name="bulk"),
    path("<str:listing>/export/", views.export, name="export"),
    path("views/<int:view_id>/drop/", views.drop_view, name="drop_view"),
]
