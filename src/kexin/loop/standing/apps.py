from django.apps import AppConfig


class StandingConfig(AppConfig):
    name = "kexin.loop.standing"
    label = "standing"

    def ready(self) -> None:
        from kexin.ground.lists.listing import register  # noqa: PLC0415 -- models first
        from kexin.loop.standing import keeping, lists, parts  # noqa: PLC0415 -- models first

        register(lists.STANDING)
        parts.register_part()
        keeping.register()
