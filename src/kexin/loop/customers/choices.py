from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(models.TextChoices):
    PERSON = "person", _("Person")
    ORGANISATION = "organisation", _("Organisation")


class Source(models.TextChoices):
    """How a thing came to be known 收集途径 (the four the sources name; customer and import are ours)."""

    RESEARCH = "research", _("Market research")
    DEALINGS = "dealings", _("Past dealings")
    EVENTS = "events", _("Outdoor activities and events")
    PROJECTS = "projects", _("Past projects")
    CUSTOMER = "customer", _("Told by the customer")
    IMPORT = "import", pgettext_lazy("source", "Import")


class PointKind(models.TextChoices):
    PHONE = "phone", _("Phone")
    EMAIL = "email", _("E-mail")
    WECOM = "wecom", _("WeCom")


class LookPurpose(models.TextChoices):
    """What somebody needs a masked value for."""

    CALL_BACK = "call_back", _("To call or write to them")
    SERVE = "serve", _("To carry out an order or a service")
    VERIFY = "verify", _("To make sure it is them")
    CORRECT = "correct", _("To correct the file")
    COMPLAINT = "complaint", _("To settle a complaint")
    LAW = "law", _("Asked for by law or by the person")
    OTHER = "other", _("Something else, in my words")


class Topic(models.TextChoices):
    """What a file entry is about 档案项."""

    OCCUPATION = "occupation", _("Occupation")
    HOBBY = "hobby", _("Hobbies")
    FAMILY = "family", pgettext_lazy("topic", "Family")
    CREDIT = "credit", _("Finances and credit standing")
    PROJECT = "project", _("Project cycle")
    WISH = "wish", pgettext_lazy("topic", "Wish")
    NOTE = "note", pgettext_lazy("topic", "Note")


class Hobby(models.TextChoices):
    """兴趣爱好, as the sources group them."""

    ARTS = "arts", pgettext_lazy("hobby", "Arts")
    SPORTS = "sports", pgettext_lazy("hobby", "Sports")
    DRINKING = "drinking", pgettext_lazy("hobby", "Drinking")
    MAHJONG = "mahjong", pgettext_lazy("hobby", "Mahjong")
    OTHER = "other", pgettext_lazy("hobby", "Other")


class InteractionKind(models.TextChoices):
    CALL = "call", pgettext_lazy("interaction", "Call")
    VISIT = "visit", pgettext_lazy("interaction", "Visit")
    MESSAGE = "message", pgettext_lazy("interaction", "Message")
    NOTE = "note", pgettext_lazy("interaction", "Note")


class AssetKind(models.TextChoices):
    VEHICLE = "vehicle", _("Vehicle")
    INSTALLATION = "installation", _("Installation")
    OTHER = "other", pgettext_lazy("asset", "Other")


class AssetState(models.TextChoices):
    IN_USE = "in_use", pgettext_lazy("asset", "In use")
    SOLD = "sold", pgettext_lazy("asset", "Sold")
    SCRAPPED = "scrapped", _("Scrapped")


class AssetAct(models.TextChoices):
    """What became of an asset."""

    PLATE = "plate", _("New plate")
    DETAIL = "detail", _("Corrected")
    OWNER = "owner", _("Changed hands")
    SOLD = "sold", pgettext_lazy("asset", "Sold")
    SCRAPPED = "scrapped", _("Scrapped")
    IN_USE = "in_use", _("In use again")


class Outcome(models.TextChoices):
    """How a project ended."""

    OPEN = "open", pgettext_lazy("project", "Open")
    WON = "won", pgettext_lazy("project", "Won")
    LOST = "lost", pgettext_lazy("project", "Lost")
    STOPPED = "stopped", pgettext_lazy("project", "Stopped")


class RelationKind(models.TextChoices):
    PARENT = "parent", _("Parent company")
    REFERRER = "referrer", _("Referrer")
    HOUSEHOLD = "household", _("Household")
    PARTNER = "partner", _("Partner")


class FieldKind(models.TextChoices):
    """What a field of an administrator's holds."""

    TEXT = "text", pgettext_lazy("field", "Text")
    NUMBER = "number", pgettext_lazy("field", "Number")
    MONEY = "money", pgettext_lazy("field", "Money")
    DATE = "date", pgettext_lazy("field", "Date")
    YES_NO = "yes_no", pgettext_lazy("field", "Yes or no")
    CHOICE = "choice", pgettext_lazy("field", "One of several choices")
    SEVERAL = "several", pgettext_lazy("field", "Several choices")


class FieldFor(models.TextChoices):
    ALL = "all", pgettext_lazy("field", "Everybody")
    PERSON = "person", _("Person")
    ORGANISATION = "organisation", _("Organisation")


class Calendar(models.TextChoices):
    SOLAR = "solar", _("Solar")
    LUNAR = "lunar", _("Lunar")


class Tier(models.TextChoices):
    A = "A", "A"
    B = "B", "B"
    C = "C", "C"
    D = "D", "D"
    E = "E", "E"


class CustomerClass(models.TextChoices):
    """Classification 客户分类: general, suitable, key."""

    GENERAL = "general", pgettext_lazy("class", "General")
    SUITABLE = "suitable", pgettext_lazy("class", "Suitable")
    KEY = "key", pgettext_lazy("class", "Key")


class Behaviour(models.TextChoices):
    """Who gets extra service, and who may grow into it."""

    HEAVY = "heavy", _("Heavy buyer")
    LONG_STANDING = "long_standing", _("Long-standing")
    KEY = "key", pgettext_lazy("behaviour", "Key")
    DEMANDING = "demanding", _("Demanding")
    GROWTH = "growth", _("Growth candidate")


class TeamRole(models.TextChoices):
    """What somebody does for a customer beside the owner."""

    ADVISER = "adviser", _("Service adviser")
    SALES = "sales", pgettext_lazy("team", "Sales")
    FINANCE = "finance", pgettext_lazy("team", "Finance")
    TECHNICIAN = "technician", _("Technician")
    OTHER = "other", pgettext_lazy("team", "Other")


class PairState(models.TextChoices):
    """What became of two files that looked like one customer."""

    OPEN = "open", pgettext_lazy("pair", "To be looked at")
    DIFFERENT = "different", _("Not the same")
    MERGED = "merged", _("Merged")


class Reason(models.TextChoices):
    """Why two files may be one customer, and what speaks against (rules.duplicates.WEIGHTS and DOUBTS)."""

    TAX_NUMBER = "tax_number", _("same credit code")
    VIN = "vin", _("same VIN")
    PHONE = "phone", _("same phone")
    WECOM = "wecom", _("same WeCom id")
    EMAIL = "email", _("same e-mail")
    FIRM_AND_REGION = "firm_and_region", _("same firm, same town")
    PLATE = "plate", _("same plate")
    CONTACT = "contact", _("one is the contact of the other")
    ADDRESS_AND_NAME = "address_and_name", _("same house, names agree")
    ALIKE_FIRM_AND_REGION = "alike_firm_and_region", _("firms that sound alike, same town")
    NEAR_PHONE = "near_phone", _("one digit of the phone differs")
    NAME_AND_REGION = "name_and_region", _("same name, same region")
    NAME_AND_BRANCH = "name_and_branch", _("same name, same branch")
    ALIKE_NAME = "alike_name", _("names alike")
    NAME = "name", _("same name")
    OTHER_NAME = "other_name", _("but another name")
    OTHER_TAX_NUMBER = "other_tax_number", _("but another credit code")


class CoordinateSystem(models.TextChoices):
    """What a map's coordinates mean. Chinese maps shift theirs; kept is WGS-84."""

    WGS84 = "wgs84", _("WGS-84 (GPS, OpenStreetMap)")
    GCJ02 = "gcj02", _("GCJ-02 (Amap, Tencent)")
    BD09 = "bd09", _("BD-09 (Baidu)")


class Exactness(models.TextChoices):
    """How it is known where a customer is."""

    EXACT = "exact", _("by its coordinates")
    DISTRICT = "district", _("from the centre of its district")
    CITY = "city", _("from the centre of its city")
    PROVINCE = "province", _("from the middle of its province")
