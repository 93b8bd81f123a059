from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "kexin.ground.staff"
    label = "staff"
