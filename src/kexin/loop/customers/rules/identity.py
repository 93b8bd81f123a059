"""What identifies a customer, in comparable form: codes, phones, mails, WeCom ids, plates, VINs."""

from __future__ import annotations

import re

from kexin.kit import text

# A phone as people write it: digits, the country's +, brackets, dots, dashes, and an extension.
PHONE = re.compile(r"\+?[\d\s().\-/·]+(?:(?:转|分机|ext\.?|x|#)\s*\d{1,6})?", re.IGNORECASE)
EXTENSION = re.compile(r"(?:转|分机|ext\.?|x|#)\s*(\d{1,6})$", re.IGNORECASE)
SHORTEST_PHONE, LONGEST_PHONE = 5, 15  # short service numbers; ITU-T E.164
CHINESE_MOBILE = re.compile(r"(?:0086|86)(1\d{10})")
EMAIL = re.compile(r"[^\s@,;<>\"()]+@[^\s@,;<>\"()]+\.[^\s@,;<>\"().]{2,}")
LONGEST_EMAIL = 120
LONGEST_WECOM = 64


def code_of(number: int) -> str:
    """K-000001. Beyond a million the number simply grows."""
    return f"K-{number:06d}"


def phone_key(value: str) -> str:
    """Digits only, without China's country code before a mobile; an extension follows an x: "+86 138-0013-8000" → "13800138000"."""
    plain = text.normalise(value)
    extension = EXTENSION.search(plain)
    main = text.digits(plain[: extension.start()] if extension else plain)
    mobile = CHINESE_MOBILE.fullmatch(main)
    return (mobile[1] if mobile else main) + (f"x{extension[1]}" if extension else "")


def is_phone(value: str) -> bool:
    plain = text.normalise(value)
    return bool(PHONE.fullmatch(plain)) and SHORTEST_PHONE <= len(phone_key(plain).split("x")[0]) <= LONGEST_PHONE


def email_key(value: str) -> str:
    return text.normalise(value).lower()


def is_email(value: str) -> bool:
    plain = text.normalise(value)
    return len(plain) <= LONGEST_EMAIL and bool(EMAIL.fullmatch(plain))


def wecom_key(value: str) -> str:
    return text.normalise(value).lower()


def is_wecom(value: str) -> bool:
    plain = text.normalise(value)
    return 0 < len(plain) <= LONGEST_WECOM and " " not in plain


POINT_KEYS = {"phone": phone_key, "email": email_key, "wecom": wecom_key}
IS_POINT = {"phone": is_phone, "email": is_email, "wecom": is_wecom}


def point_key(kind: str, value: str) -> str:
    """The form in which two ways to reach somebody are compared. `kind` is phone, email or wecom."""
    return POINT_KEYS[kind](value)


def plate_key(value: str) -> str:
    """京A·12345 and 京a 12345 are one plate."""
    return re.sub(r"[\s·•.\-]", "", text.normalise(value)).upper()


def vin_key(value: str) -> str:
    return re.sub(r"[\s\-]", "", text.normalise(value)).upper()


def tax_key(value: str) -> str:
    return re.sub(r"[\s\-]", "", text.normalise(value)).upper()
