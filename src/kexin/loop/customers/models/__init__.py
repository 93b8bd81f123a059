"""Records of the customer file."""

from kexin.loop.customers.models.assets import AssetEvent
from kexin.loop.customers.models.credit import Credit
from kexin.loop.customers.models.custom import CustomChoice, CustomField, CustomPick, CustomValue
from kexin.loop.customers.models.file import CodeCounter, Contact, ContactPoint, Customer
from kexin.loop.customers.models.happened import HandOver, Interaction
from kexin.loop.customers.models.known import Asset, FileEntry, Occasion, OccasionBefore
from kexin.loop.customers.models.learnt import Learnt
from kexin.loop.customers.models.merging import DuplicatePair, Merge, NameKey
from kexin.loop.customers.models.place import AMOUNT, Place
from kexin.loop.customers.models.projects import Project, ProjectStage, StageDate, StageMove
from kexin.loop.customers.models.quality import FileQuality
from kexin.loop.customers.models.relations import Relation
from kexin.loop.customers.models.team import TeamMember
from kexin.loop.customers.models.whereabouts import Coordinates, Whereabouts

__all__ = [
    "AMOUNT",
    "Asset",
    "AssetEvent",
    "CodeCounter",
    "Contact",
    "ContactPoint",
    "Coordinates",
    "Credit",
    "CustomChoice",
    "CustomField",
    "CustomPick",
    "CustomValue",
    "Customer",
    "DuplicatePair",
    "FileEntry",
    "FileQuality",
    "HandOver",
    "Interaction",
    "Learnt",
    "Merge",
    "NameKey",
    "Occasion",
    "OccasionBefore",
    "Place",
    "Project",
    "ProjectStage",
    "Relation",
    "StageDate",
    "StageMove",
    "TeamMember",
    "Whereabouts",
]
