from django.urls import path

from kexin.surfaces.web.settings import views

app_name = "settings"
urlpatterns = [
    path("", views.company, name="page"),
    path("me/", views.me, name="me"),
]
