from django.urls import path

from kexin.surfaces.web.imports import views

app_name = "imports"
urlpatterns = [
    path("", views.runs, name="list"),
    path("new/", views.new, name="new"),
    path("<int:import_id>/", views.run, name="import"),
    path("<int:import_id>/match/", views.match, name="match"),
    path("<int:import_id>/start/", views.start, name="start"),
    path("<int:import_id>/undo/", views.undo, name="undo"),
    path("<int:import_id>/discard/", views.discard, name="discard"),
]
