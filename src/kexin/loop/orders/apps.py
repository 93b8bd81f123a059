from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "kexin.loop.orders"
    label = "orders"
