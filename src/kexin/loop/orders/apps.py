from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "kexin.loop.orders"
    label = "orders"

    def ready(self) -> None:
        from kexin.loop.orders import lists, parts  # noqa: PLC0415 -- models first

        lists.register_lists()
        parts.register_part()
