from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "kexin.surfaces.web"
    label = "web"
