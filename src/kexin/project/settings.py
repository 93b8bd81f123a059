"""Settings of one installation. Everything an administrator may change is read from the environment, and documented."""

from __future__ import annotations

import os
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import dj_database_url
from csp.constants import NONCE, NONE, SELF

from kexin.project.home import home, logs, secret_keys, static, uploads

PACKAGE = Path(__file__).resolve().parent.parent
HOME = home()


def _flag(name: str, default: bool = False) -> bool:  # noqa: FBT001, FBT002 -- read like a setting
    return os.environ.get(name, str(default)).strip().lower() in {"1", "true", "yes", "on"}


def _list(name: str, default: str) -> list[str]:
    return [item.strip() for item in os.environ.get(name, default).split(",") if item.strip()]


SECRET_KEY, *SECRET_KEY_FALLBACKS = secret_keys(HOME)
DEBUG = False
ALLOWED_HOSTS = _list("KEXIN_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
TRUSTED_PROXIES = _list("KEXIN_TRUSTED_PROXIES", "")
CSRF_TRUSTED_ORIGINS = _list("KEXIN_ORIGINS", "")
# Cookies travel over TLS only, unless the installation is served on this machine alone.
HTTPS = _flag("KEXIN_HTTPS")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "csp",
    "django_htmx",
    "django_q",
    "kexin.ground.audit",
    "kexin.ground.staff",
    "kexin.ground.jobs",
    "kexin.ground.tokens",
    "kexin.ground.files",
    "kexin.ground.search",
    "kexin.ground.lists",
    "kexin.ground.imports",
    "kexin.ground.hooks",
    "kexin.loop.customers",
    "kexin.loop.privacy",
    "kexin.loop.todo",
    "kexin.loop.partners",
    "kexin.loop.orders",
    "kexin.loop.pool",
    "kexin.loop.standing",
    "kexin.loop.choosing",
    "kexin.surfaces.frame",
    "kexin.surfaces.web",
    "kexin.surfaces.api",
    "kexin.surfaces.assistants",
]

MIDDLEWARE = [
    "kexin.surfaces.api.contract.middleware.ApiMiddleware",  # first: whatever fails below, programs are told in their own words
    "kexin.surfaces.frame.middleware.OriginMiddleware",  # before everything that believes REMOTE_ADDR
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "kexin.surfaces.frame.middleware.PersonMiddleware",
    "axes.middleware.AxesMiddleware",
    "kexin.surfaces.frame.errors.AnswersMiddleware",  # innermost: turns what actions refuse into an answer
]

CSRF_FAILURE_VIEW = "kexin.surfaces.frame.errors.form_expired"
ROOT_URLCONF = "kexin.project.urls"
WSGI_APPLICATION = "kexin.project.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": sorted(PACKAGE.glob("surfaces/web/*/templates")),  # each domain's pages keep their templates beside them
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "kexin.surfaces.frame.context.page",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "kexin.surfaces.frame.templatetags.frame"],
        },
    },
]

DATABASES = {"default": dj_database_url.parse(os.environ.get("DATABASE_URL") or f"sqlite:///{HOME / 'kexin.sqlite3'}", conn_max_age=60)}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",  # a read that turns into a write must not find the lock taken half-way
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA foreign_keys=ON;"
            "PRAGMA cache_size=-65536;PRAGMA temp_store=MEMORY;PRAGMA mmap_size=268435456"
        ),
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Sign-in
AUTH_USER_MODEL = "staff.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "kexin.surfaces.web.account.adapter.Backend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name", "email")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "kexin.surfaces.web.account.adapter.AccountAdapter"
ACCOUNT_FORMS = {"login": "kexin.surfaces.web.account.forms.SignIn"}
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]  # nobody signs up by themselves: people are invited
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_SESSION_REMEMBER = False  # the cookie goes with the browser; idle expiry ends the session before
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600  # the password is asked again before second factors are touched
ACCOUNT_RATE_LIMITS = {
    "login": "300/m/ip",  # a whole company signs in from one address at nine o'clock; wrong passwords are counted below
    "login_failed": "5/5m/key",  # wrong codes of the second factor, for each person
    "password_guessed": "50/h/key",  # wrong passwords for one name, from wherever they come
}
MFA_ADAPTER = "kexin.surfaces.web.account.adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]  # nobody can lock somebody else out from elsewhere
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_FORM_FIELD = "login"
AXES_USERNAME_CALLABLE = "kexin.surfaces.web.account.adapter.client_username"
AXES_CLIENT_IP_CALLABLE = "kexin.surfaces.web.account.adapter.client_address"
AXES_LOCKOUT_CALLABLE = "kexin.surfaces.web.account.adapter.locked_out"
AXES_ENABLE_ADMIN = False
AXES_DISABLE_ACCESS_LOG = True  # the audit trail has it
AXES_VERBOSE = False

# What is counted for throttling is shared by all processes
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "staff_cache", "OPTIONS": {"MAX_ENTRIES": 100_000}}
}

# Mail is optional: without it administrators pass links on
MAIL_IS_SET_UP = bool(os.environ.get("KEXIN_SMTP_HOST"))
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if MAIL_IS_SET_UP else 'dummy'}.EmailBackend"
EMAIL_HOST = os.environ.get("KEXIN_SMTP_HOST", "")
EMAIL_PORT = int(os.environ.get("KEXIN_SMTP_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("KEXIN_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("KEXIN_SMTP_PASSWORD", "")
EMAIL_USE_SSL = EMAIL_PORT == 465  # noqa: PLR2004 -- the port of mail over TLS from the first byte
EMAIL_USE_TLS = not EMAIL_USE_SSL and _flag("KEXIN_SMTP_TLS", default=True)
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = SERVER_EMAIL = os.environ.get("KEXIN_MAIL_FROM", "kexin@localhost")

# The API: how fast one token may ask, and where that is counted ("database": right for any number of processes; "memory": each
# process counts for itself, without a write for every request)
API_PER_MINUTE = int(os.environ.get("KEXIN_API_PER_MINUTE", "600"))
API_BURST = int(os.environ.get("KEXIN_API_BURST", "120"))
API_COUNTS_IN = os.environ.get("KEXIN_API_COUNTS_IN", "database")
API_BODY_LIMIT = 1024 * 1024  # of a JSON body; files have FILES_MAX_SIZE

# Web hooks: where they may go. Names are resolved and judged at each sending; private networks only where they are named here.
HOOKS_HTTP = _flag("KEXIN_HOOK_HTTP")
HOOKS_PORTS = tuple(int(port) for port in _list("KEXIN_HOOK_PORTS", "443,8443"))
HOOKS_NETWORKS = tuple(ip_network(network, strict=False) for network in _list("KEXIN_HOOK_NETWORKS", ""))

# Sessions
SESSION_COOKIE_AGE = int(os.environ.get("KEXIN_IDLE_MINUTES", "480")) * 60
SESSION_SAVE_EVERY_REQUEST = False  # PersonMiddleware renews a session once a minute, not with a write on every page
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        # Style attributes carry widths of bars and columns; they cannot run anything.
        "style-src-attr": ["'unsafe-inline'"],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# Languages: Chinese first and complete, English complete
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [path for path in sorted(PACKAGE.glob("**/locale")) if path.is_dir()]
USE_I18N = USE_TZ = True
TIME_ZONE = "UTC"

# Static files are collected into the wheel's own folder and served by WhiteNoise
STATIC_URL = "/static/"
STATIC_ROOT = static(HOME)
WHITENOISE_USE_FINDERS = True

# Background work
Q_CLUSTER = {
    "name": "kexin",
    "orm": "default",
    "workers": int(os.environ.get("KEXIN_WORKERS", "2")),
    "timeout": 120,  # a slice is at most 20 s; a slice that takes 120 s hangs
    "retry": 180,  # longer than the timeout, or a running slice would be handed out twice
    "max_attempts": 0,
    "ack_failures": True,
    "catch_up": False,
    "poll": 0.5,
    "bulk": 1,
    "queue_limit": 2,  # what a killed worker had taken beforehand waits for `retry`; so take little
    "save_limit": 500,
    "scheduler": False,  # the worker starts repeating jobs itself (jobs.sweeper)
    "log_level": "WARNING",
}
if os.environ.get("REDIS_URL"):
    Q_CLUSTER["redis"] = os.environ["REDIS_URL"]
    del Q_CLUSTER["orm"]

# Files. A large upload waits in the data folder, on the disk where it will be kept.
FILE_UPLOAD_TEMP_DIR = uploads(HOME)
FILES_MAX_SIZE = int(os.environ.get("KEXIN_MAX_FILE_MB", "2048")) * 1024 * 1024
FILES_KEEP_FREE = int(os.environ.get("KEXIN_KEEP_FREE_MB", "200")) * 1024 * 1024  # left for the database
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# What people are told carries a reference number; the details stand here.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s [%(process)d] %(message)s"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "level": os.environ.get("KEXIN_LOG_LEVEL", "WARNING")},
        # Reopened when logrotate moves it away; several processes append whole lines to it.
        "file": {
            "class": "logging.handlers.WatchedFileHandler",
            "filename": logs(HOME),
            "formatter": "line",
            "delay": True,
            "encoding": "utf-8",
        },
    },
    "loggers": {
        "kexin": {"handlers": ["console", "file"], "level": "INFO", "propagate": False},
        "django": {"handlers": ["console", "file"], "level": "WARNING", "propagate": False},
        # A page that is not there, or not for this person, was answered in words: whoever runs the product need not hear of it.
        "django.request": {"handlers": ["console", "file"], "level": "ERROR", "propagate": False},
        "django-q": {"handlers": ["console", "file"], "level": "WARNING", "propagate": False},
    },
}
