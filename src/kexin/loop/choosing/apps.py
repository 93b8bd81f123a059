from django.apps import AppConfig


class ChoosingConfig(AppConfig):
    name = "kexin.loop.choosing"
    label = "choosing"

    def ready(self) -> None:
        from kexin.loop.choosing import listing, own_part  # noqa: F401, PLC0415 -- models first; the lists register themselves

        own_part.register()
