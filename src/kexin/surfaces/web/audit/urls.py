from django.urls import path

from kexin.surfaces.web.audit import views

app_name = "audit"
urlpatterns = [path("", views.trail, name="list")]
