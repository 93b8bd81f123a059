from django.apps import AppConfig


class TodoConfig(AppConfig):
    name = "kexin.loop.todo"
    label = "todo"

    def ready(self) -> None:
        from kexin.loop.todo import own_part  # noqa: PLC0415 -- models first

        own_part.register()
