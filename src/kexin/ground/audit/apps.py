from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "kexin.ground.audit"
    label = "audit"
