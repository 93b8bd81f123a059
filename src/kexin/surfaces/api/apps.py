from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "kexin.surfaces.api"
    label = "api"
