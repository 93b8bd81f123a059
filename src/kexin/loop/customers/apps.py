from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "kexin.loop.customers"
    label = "customers"
