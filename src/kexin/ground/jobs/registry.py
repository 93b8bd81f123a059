"""Finds what the domains offer: `announcements`, `jobs` and `receivers` of every app of ours, once, when first needed.

An app of somebody else takes part if its AppConfig says `extends_kexin = True`. Found late on purpose: `kexin --help` and a
page that starts no job need none of it.
"""

from __future__ import annotations

import importlib
import importlib.util
import threading

from django.apps import apps

_lock = threading.RLock()
_found = False


def autodiscover() -> None:
    global _found  # noqa: PLW0603 -- once a process
    with _lock:
        if _found:
            return
        _found = True
        try:
            for app in apps.get_app_configs():
                if not (app.name.startswith("kexin.") or getattr(app, "extends_kexin", False)):
                    continue
                for module in ("announcements", "jobs", "receivers"):
                    name = f"{app.name}.{module}"
                    if importlib.util.find_spec(name) is not None:
                        importlib.import_module(name)
        except BaseException:
            _found = False
            raise
