from django.apps import AppConfig


class PoolConfig(AppConfig):
    name = "kexin.loop.pool"
    label = "pool"

    def ready(self) -> None:
        from kexin.loop.pool import listing, own_part  # noqa: F401, PLC0415 -- models first; the list registers itself

        own_part.register()
