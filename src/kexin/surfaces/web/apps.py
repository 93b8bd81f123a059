from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "kexin.surfaces.web"
    label = "web"

    def ready(self) -> None:
        from kexin.surfaces.frame import menu  # noqa: PLC0415 -- models must be loaded first
        from kexin.surfaces.web.menu import MENU  # noqa: PLC0415 -- as above

        menu.use(MENU)
