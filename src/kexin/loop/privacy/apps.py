from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "kexin.loop.privacy"
    label = "privacy"

    def ready(self) -> None:
        from kexin.loop.privacy import own_part, own_rules, viewers  # noqa: F401, PLC0415 -- models first; viewers register themselves

        own_part.register()
        own_rules.register()
