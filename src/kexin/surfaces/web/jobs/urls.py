from django.urls import path

from kexin.surfaces.web.jobs import views

app_name = "jobs"
urlpatterns = [
    path("", views.past_and_present, name="list"),
    path("running/", views.running, name="running"),
    path("<uuid:job_id>/", views.job, name="job"),
    path("<uuid:job_id>/progress/", views.progress, name="progress"),
    path("<uuid:job_id>/cancel/", views.cancel, name="cancel"),
    path("<uuid:job_id>/retry/", views.retry, name="retry"),
]
