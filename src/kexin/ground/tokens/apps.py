from django.apps import AppConfig


class TokensConfig(AppConfig):
    name = "kexin.ground.tokens"
    label = "tokens"
