"""Every page a person can open, as literal addresses: each is looked at in both languages, light and dark, wide and on a phone.

Add a line for a page you build. Words in braces are replaced by what tests/journeys/seed.py made.
"""

from __future__ import annotations

PAGES: tuple[str, ...] = (
    "/",
    "/?scope=branch",
    "/note/",
    "/todos/new/",
    "/todos/{todo}/",
    "/customers/",
    "/customers/?q=wang",
    "/customers/new/",
    "/customers/{customer}/",
    "/customers/{customer}/edit/",
    "/customers/{customer}/owner/",
    "/customers/{customer}/entries/new/",
    "/customers/{customer}/contacts/new/",
    "/customers/{customer}/days/new/",
    "/customers/{customer}/credit/",
    "/customers/{customer}/projects/new/",
    "/customers/{customer}/relations/new/",
    "/customers/{customer}/fields/",
    "/customers/projects/",
    "/customers/quality/",
    "/customers/stages/",
    "/customers/stages/new/",
    "/customers/fields/",
    "/customers/fields/new/",
    "/orders/",
    "/orders/{order}/",
    "/orders/products/",
    "/standing/",
    "/standing/customers/",
    "/standing/movers/",
    "/standing/runs/",
    "/standing/rules/",
    "/imports/",
    "/imports/new/",
    "/jobs/",
    "/search/?q=wang",
    "/staff/",
    "/staff/invite/",
    "/staff/branches/",
    "/staff/branches/{branch}/",
    "/staff/people/{user}/",
    "/settings/",
    "/settings/me/",
    "/audit/",
    "/privacy/",
    "/privacy/purposes/",
    "/privacy/purposes/new/",
    "/privacy/customers/{customer}/consents/",
    "/privacy/customers/{customer}/copy/",
    "/privacy/customers/{customer}/erase/",
    "/nothing-here/",
)
# Pages for people who are not signed in.
OPEN_PAGES: tuple[str, ...] = ("/accounts/login/",)
# Where the answer is not 200.
STATUS = {"/nothing-here/": 404}
