from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "kexin.loop.customers"
    label = "customers"

    def ready(self) -> None:
        from kexin.loop.customers import listing, merged_part, own_part, own_parts, pairs_listing, projects_listing, subjects  # noqa: F401, PLC0415 -- models first; the list registers itself

        own_part.register()
        merged_part.register()
        own_parts.register()
        subjects.register()
