from django.apps import AppConfig


class FrameConfig(AppConfig):
    name = "kexin.surfaces.frame"
    label = "frame"
