from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "kexin.ground.jobs"
    label = "jobs"
