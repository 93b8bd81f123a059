from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "kexin.surfaces.api"
    label = "api"

    def ready(self) -> None:
        from kexin.surfaces.api import naming  # noqa: PLC0415 -- models first

        naming.register()
