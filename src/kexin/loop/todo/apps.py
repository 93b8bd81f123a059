from django.apps import AppConfig


class TodoConfig(AppConfig):
    name = "kexin.loop.todo"
    label = "todo"

    def ready(self) -> None:
        from kexin.ground.audit import subjects  # noqa: PLC0415 -- models first
        from kexin.loop.customers.subjects import customer_of  # noqa: PLC0415 -- the same
        from kexin.loop.todo import lists, own_part  # noqa: PLC0415 -- the same
        from kexin.loop.todo.models import ToDo  # noqa: PLC0415 -- the same

        subjects.of("todo", customer_of(ToDo))
        lists.register_lists()
        own_part.register()
