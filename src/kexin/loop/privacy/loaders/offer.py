"""Consents offer themselves to the imports room."""

from __future__ import annotations

from kexin.ground.imports.loaders import register
from kexin.loop.privacy.loaders import consents

register(consents.LOADER)
