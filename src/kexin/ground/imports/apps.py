from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "kexin.ground.imports"
    label = "imports"
