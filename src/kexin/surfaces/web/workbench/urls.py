from django.urls import path

from kexin.surfaces.web.workbench import views

app_name = "workbench"
urlpatterns = [
    path("", views.page, name="page"),
    path("appearance/", views.appearance, name="appearance"),
]
