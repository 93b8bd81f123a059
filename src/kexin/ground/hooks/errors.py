"""What can go wrong with web hooks.

KexinError
├── HookNotFound · DeliveryNotFound (404)
├── HookChanged (Conflict)
├── HookOff (409)                 nothing is sent again while it is off
└── Invalid (422)
    ├── HookNameMissing · NothingToHear · AnnouncementUnknown
    └── AddressRefused            of a web hook
        ├── AddressUnreadable · HostMissing · HostUnusual
        ├── SchemeRefused · PortRefused · PasswordInAddress
        └── AddressPrivate        it leads into the company's own network, or nowhere on the internet
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kexin.ground.errors import Conflict, Invalid, NotFound, Refused


class HookNotFound(NotFound):
    code = "hook_not_found"


class DeliveryNotFound(NotFound):
    code = "delivery_not_found"


class HookChanged(Conflict):
    code = "hook_changed"


class HookOff(Refused):
    code = "hook_off"
    text = _("This web hook is off. Switch it on first.")


class HookNameMissing(Invalid):
    code = "hook_name_missing"
    text = _("Give the web hook a name of up to 80 characters that says who receives it.")
    field = "name"


class NothingToHear(Invalid):
    code = "hook_nothing_to_hear"
    text = _("Choose at least one kind of event.")
    field = "announcements"


class AnnouncementUnknown(Invalid):
    code = "hook_announcement_unknown"
    text = _("There is no event called “%(name)s”.")
    field = "announcements"


class AddressRefused(Invalid):
    """The address of a web hook cannot be used."""

    code = "hook_address_refused"
    field = "url"


class AddressUnreadable(AddressRefused):
    code = "hook_address_unreadable"
    text = _("Write the whole address, such as https://erp.example.com/kexin")


class HostMissing(AddressRefused):
    code = "hook_host_missing"
    text = _("The address names no host.")


class HostUnusual(AddressRefused):
    code = "hook_host_unusual"
    text = _("“%(host)s” is not the usual way to write a host. Write its name, or four numbers such as 203.0.113.7.")


class SchemeRefused(AddressRefused):
    code = "hook_scheme_refused"
    text = _("Web hooks go to addresses that begin with %(schemes)s only.")


class PortRefused(AddressRefused):
    code = "hook_port_refused"
    text = _("Web hooks do not go to port %(port)s. Allowed: %(ports)s.")


class PasswordInAddress(AddressRefused):
    code = "hook_password_in_address"
    text = _("Leave name and password out of the address: the signature proves who sends.")


class AddressPrivate(AddressRefused):
    code = "hook_address_private"
    text = _("%(address)s belongs to a private or reserved network. An administrator of the server can allow networks of your own.")
