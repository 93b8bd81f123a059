from django.apps import AppConfig


class AssistantsConfig(AppConfig):
    name = "kexin.surfaces.assistants"
    label = "assistants"
