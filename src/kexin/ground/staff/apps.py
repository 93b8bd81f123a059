from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "kexin.ground.staff"
    label = "staff"

    def ready(self) -> None:
        from kexin.ground.staff import receivers  # noqa: F401, PLC0415 -- connects itself once the models are there
