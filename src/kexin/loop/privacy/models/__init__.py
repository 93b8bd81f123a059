"""Records of consent, of erasures and of how long things are kept."""

from kexin.loop.privacy.models.consent import Consent, Purpose
from kexin.loop.privacy.models.erasure import Erasure
from kexin.loop.privacy.models.retention import Removal, RetentionRule

__all__ = ["Consent", "Erasure", "Purpose", "Removal", "RetentionRule"]
