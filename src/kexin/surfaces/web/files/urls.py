from django.urls import path

from kexin.surfaces.web.files import views

app_name = "files"
urlpatterns = [path("<uuid:file_id>/", views.download, name="download")]
