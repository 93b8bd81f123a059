"""Addresses of the search box."""

from django.urls import path

from kexin.surfaces.web.search import views

app_name = "search"
urlpatterns = [
    path("", views.page, name="page"),
    path("suggest/", views.suggest, name="suggest"),
]
