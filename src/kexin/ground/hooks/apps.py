from django.apps import AppConfig


class HooksConfig(AppConfig):
    name = "kexin.ground.hooks"
    label = "hooks"

    def ready(self) -> None:
        from kexin.ground.hooks import listing  # noqa: F401, PLC0415 -- models first; the list registers itself
