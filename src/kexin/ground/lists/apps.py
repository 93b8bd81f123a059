from django.apps import AppConfig


class ListsConfig(AppConfig):
    name = "kexin.ground.lists"
    label = "lists"
