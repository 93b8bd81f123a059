from django.apps import AppConfig


class TodoConfig(AppConfig):
    name = "kexin.loop.todo"
    label = "todo"

    def ready(self) -> None:
        from kexin.loop.todo import lists, own_part  # noqa: PLC0415 -- models first

        lists.register_lists()
        own_part.register()
