from django.apps import AppConfig


class RoomConfig(AppConfig):
    name = "tests.faults.room"
    label = "faults"
    extends_kexin = True
