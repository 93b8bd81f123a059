"""The product's settings, and the room of these tests."""

from __future__ import annotations

from kexin.project.settings import *  # noqa: F403 -- all of them

INSTALLED_APPS = [*INSTALLED_APPS, "tests.faults.room.apps.RoomConfig"]  # noqa: F405 -- comes with the line above
