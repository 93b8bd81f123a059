"""The menu, in the order people work: only what is there."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kexin.surfaces.frame.menu import Entry

MENU = (
    Entry("workbench", _("Workbench"), "home", "workbench:page", owns=("workbench",), tab=True),
    Entry("customers", _("Customers"), "users", "customers:list", "customer.view", owns=("customers", "lists"), tab=True),
    Entry("pool", _("Public pool"), "users-group", "ownership:pool", "pool.view", owns=("ownership",)),
    Entry("partners", _("Partners"), "building-store", "partners:list", "partner.view", owns=("partners",)),
    Entry("orders", _("Orders"), "receipt", "orders:list", "order.view", owns=("orders",)),
    Entry("standing", _("Standing"), "chart-bar", "standing:page", "standing.view", owns=("standing",), tab=True),
    Entry("choosing", _("Choosing"), "target", "choosing:page", "choosing.view", owns=("choosing",)),
    Entry("imports", _("Imports"), "file-import", "imports:list", "import.run", owns=("imports",)),
    Entry("jobs", _("Jobs"), "clock", "jobs:list", "job.view", owns=("jobs",)),
    Entry("staff", _("Staff and branches"), "users-group", "staff:list", "staff.manage", owns=("staff",)),
    Entry("privacy", _("Privacy"), "shield-lock", "privacy:report", "privacy.manage", owns=("privacy",)),
    Entry("hooks", _("Web hooks"), "send", "hooks:list", "hook.manage", owns=("hooks",)),
    Entry("audit", _("Audit trail"), "history", "audit:list", "audit.view", owns=("audit",)),
    Entry("settings", _("Settings"), "settings", "settings:page", "settings.manage", owns=("settings",)),
)
