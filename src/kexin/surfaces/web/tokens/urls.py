"""Addresses of the token pages."""

from django.urls import path

from kexin.surfaces.web.tokens import views

app_name = "tokens"
urlpatterns = [
    path("", views.mine, name="mine"),
    path("all/", views.everybodys, name="all"),
    path("programs/new/", views.new_program, name="new_program"),
    path("<int:token_id>/revoke/", views.revoke, name="revoke"),
]
