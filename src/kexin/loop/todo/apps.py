from django.apps import AppConfig


class TodoConfig(AppConfig):
    name = "kexin.loop.todo"
    label = "todo"
