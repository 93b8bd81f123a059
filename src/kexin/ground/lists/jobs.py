"""What this room does in the background."""

from kexin.ground.lists import bulk as bulk
