"""Records of practices, partners and offices."""

from kexin.loop.partners.models.directory import Office, Partner, PartnerContact
from kexin.loop.partners.models.practices import Incident, PracticeKind

__all__ = ["Incident", "Office", "Partner", "PartnerContact", "PracticeKind"]
