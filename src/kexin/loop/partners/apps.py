from django.apps import AppConfig


class PartnersConfig(AppConfig):
    name = "kexin.loop.partners"
    label = "partners"

    def ready(self) -> None:
        from kexin.loop.partners import directory_listing, own_part, practices_listing, viewers  # noqa: F401, PLC0415 -- models first; lists and viewers register themselves

        own_part.register()
