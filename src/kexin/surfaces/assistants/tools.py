"""What an assistant is offered: one line a tool, the operation behind it and which of its entries are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


@dataclass(frozen=True)
class Tool:
    """`takes` are entries of the operation's address, query and body; `fields` and `fixed` go along with every call."""

    name: str
    operation: str  # the operationId of the API's document
    title: Words
    about: Words
    takes: tuple[str, ...] = ()
    fixed: Mapping[str, str] = field(default_factory=dict)
    fields: tuple[str, ...] = ()
    more: Mapping[str, str] = field(default_factory=dict)  # further fields: the operation whose permission and scope they need
    words: Mapping[str, Words] = field(default_factory=dict)  # of an entry, where the document says too little to an assistant
    destroys: bool = False  # takes something away; others only add


CUSTOMER = ("id", "code", "kind", "name", "phone", "owner", "branch", "region", "last_contact_at")
WHOLE = ("customer", "contacts", "points", "entries", "assets", "days", "projects", "relations", "own_fields", "completeness", "more")
ABOUT_WHOM = {"customer_id": _("The customer's number, as find_customers and search give it.")}
OF_CUSTOMER = {"customer": _("The customer's code, such as K-000012.")}

TOOLS: tuple[Tool, ...] = (
    Tool(
        "who_am_i", "me_me", _("Who am I"),
        _("For whom this assistant acts, with which role, which records are within reach and what the token may do."),
    ),
    Tool(
        "search", "search_search", _("Search"),
        _("Find customers by name, pinyin, the end of a phone number, plate or code, and orders and products by number or code."),
        takes=("q", "limit"), fixed={"limit": "10"},
    ),
    Tool(
        "find_customers", "customers_customers", _("Find customers"),
        _("List customers by conditions, such as: mine, of a tier, not contacted for so many days, in a region. Only those within reach."),
        takes=("q", "mine", "tier", "class", "quiet", "region", "kind", "tag", "sort", "limit", "cursor"),
        fixed={"limit": "10"}, fields=CUSTOMER, more={"tier": "standing_place", "net_amount": "standing_place"},
        words={"quiet": _("Not contacted for at least so many days."), "mine": _("1: only those I look after.")},
    ),
    Tool(
        "customer_file", "files_whole", _("Customer file"),
        _("Everything known of one customer on a page: contacts, masked numbers, wishes and habits, what they have of ours, days that "
          "matter, projects, relations, what is missing and worth asking."),
        takes=("customer_id",), fields=WHOLE, more={"credit": "credit_credit"}, words=ABOUT_WHOM,
    ),
    Tool(
        "timeline", "known_timeline", _("Timeline"),
        _("What happened with a customer, newest first: calls, visits, orders, to-dos, changes."),
        takes=("customer_id", "kinds", "limit", "cursor"), fixed={"limit": "10"}, words=ABOUT_WHOM,
    ),
    Tool(
        "standing", "standing_place", _("Where a customer stands"),
        _("Tier, class, value and behaviour of a customer, as the last assessment wrote them down."),
        takes=("customer_id",), words=ABOUT_WHOM,
    ),
    Tool(
        "orders", "orders_orders", _("Orders"),
        _("Orders of a customer or of all within reach, newest first, with what is late."),
        takes=("q", "customer", "occurred_min", "occurred_max", "late", "cancelled", "limit", "cursor"),
        fixed={"limit": "10"}, words=OF_CUSTOMER,
    ),
    Tool(
        "projects", "projects_projects", _("Projects"),
        _("Projects of customers with their stage, amount and expected day."),
        takes=("q", "mine", "outcome", "late", "limit", "cursor"), fixed={"limit": "10"},
    ),
    Tool(
        "may_contact", "consents_may_contact", _("May we contact them"),
        _("Whether a customer may be contacted, by purpose and by a channel, and why. Ask before every contact that is not an answer."),
        takes=("customer_id", "purpose", "channel"), words=ABOUT_WHOM,
    ),
    Tool(
        "what_to_ask", "files_completeness", _("What to ask next"),
        _("How complete a customer's file is, and the few things most worth asking, with a question for each."),
        takes=("customer_id",), words=ABOUT_WHOM,
    ),
    Tool(
        "todos", "todos_todos", _("To-dos"),
        _("What is owed to customers and by when, what is due first before the others."),
        takes=("q", "mine", "state", "customer", "kind", "limit", "cursor"), fixed={"limit": "10", "state": "open"}, words=OF_CUSTOMER,
    ),
    Tool(
        "note_interaction", "known_note", _("Note a call or visit"),
        _("Writes a call, visit, message or note to a customer's timeline. It stays there under the name of the person and the token."),
        takes=("customer_id", "kind", "text", "occurred_at"), words=ABOUT_WHOM,
    ),
    Tool(
        "add_to_file", "known_add_entry", _("Add what was learnt"),
        _("Writes one thing known of a customer to the file: a hobby, an occupation, family, a wish. What is concluded and not told "
          "needs is_inference, certainty and evidence."),
        takes=("customer_id", "topic", "value", "source", "choice", "collected_on", "is_inference", "certainty", "evidence"),
        words=ABOUT_WHOM,
    ),
    Tool(
        "add_todo", "todos_open_todo", _("Add a to-do"),
        _("Puts something on the list of whoever looks after the customer, or of the person named."),
        takes=("title", "kind", "detail", "customer_id", "owner_id", "due_at"), words=ABOUT_WHOM,
    ),
    Tool(
        "finish_todo", "todos_finish", _("Finish a to-do"),
        _("Marks a to-do as done, with what came of it. Read it first: its version is asked for."),
        takes=("todo_id", "outcome"),
    ),
    Tool(
        "move_project", "projects_move", _("Move a project"),
        _("Moves a project to another stage. Read it first: its version is asked for."),
        takes=("project_id", "stage_id", "moved_on", "note"),
    ),
    Tool("stages", "projects_stages", _("Stages of projects"), _("The stages projects go through, with the numbers move_project takes.")),
    Tool(
        "note_consent", "consents_note", _("Note a consent"),
        _("Writes that a customer gave or withdrew consent for a purpose. Giving needs the customer's words as proof."),
        takes=("customer_id", "purpose", "state", "how", "channel", "words", "occurred_at"), words=ABOUT_WHOM,
    ),
)  # fmt: skip
BY_NAME = {tool.name: tool for tool in TOOLS}
