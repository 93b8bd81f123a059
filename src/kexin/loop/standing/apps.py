from importlib.util import find_spec

from django.apps import AppConfig


class StandingConfig(AppConfig):
    name = "kexin.loop.standing"
    label = "standing"

    def ready(self) -> None:
        if find_spec("kexin.kit.text") is None:  # only while the tree is being built
            return
        from kexin.loop.standing import parts  # noqa: PLC0415 -- models first

        parts.register_part()
