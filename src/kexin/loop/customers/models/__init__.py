"""Records of the customer file."""

from kexin.loop.customers.models.file import CodeCounter, Contact, ContactPoint, Customer
from kexin.loop.customers.models.happened import HandOver, Interaction
from kexin.loop.customers.models.known import Asset, FileEntry, Occasion
from kexin.loop.customers.models.place import AMOUNT, Place

__all__ = [
    "AMOUNT",
    "Asset",
    "CodeCounter",
    "Contact",
    "ContactPoint",
    "Customer",
    "FileEntry",
    "HandOver",
    "Interaction",
    "Occasion",
    "Place",
]
