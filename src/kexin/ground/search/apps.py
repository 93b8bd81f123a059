from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "kexin.ground.search"
    label = "search"
