from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "kexin.ground.files"
    label = "files"
