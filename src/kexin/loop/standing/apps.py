from django.apps import AppConfig


class StandingConfig(AppConfig):
    name = "kexin.loop.standing"
    label = "standing"
