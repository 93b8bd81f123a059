from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "kexin.loop.customers"
    label = "customers"

    def ready(self) -> None:
        from kexin.loop.customers import listing, own_part  # noqa: PLC0415 -- models first

        own_part.register()
        listing.register(listing.CUSTOMERS)
