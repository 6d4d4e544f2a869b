"""设置: Django's settings for every way of running the platform. What an operator may change comes from ZHUNSHENG_*.

Declarations only: no law, no limits, nothing that an office decides on its pages.

What each variable means stands in ``environment.VARIABLES``.
"""

import mimetypes
from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from zhunsheng import environment

# Django asks Python what a file is that is handed out; where the system keeps no table of it Python does not know these.
for ending, kind in (("docx", "wordprocessingml.document"), ("xlsx", "spreadsheetml.sheet")):
    mimetypes.add_type(f"application/vnd.openxmlformats-officedocument.{kind}", f".{ending}")

PACKAGE = Path(__file__).resolve().parent
_PROJECT = PACKAGE.parent.parent
_ROOT = _PROJECT if (_PROJECT / "pyproject.toml").is_file() else Path.cwd()

HOME = environment.directory("ZHUNSHENG_HOME", default=_ROOT / "var")
SECRET_KEY = environment.secret(HOME / "secret_key")
DEBUG = environment.boolean("ZHUNSHENG_DEBUG")
HTTPS = environment.boolean("ZHUNSHENG_HTTPS")
PROXIES = environment.number("ZHUNSHENG_PROXIES", default=int(HTTPS), least=0, most=5)
ALLOWED_HOSTS = environment.names("ZHUNSHENG_ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_htmx",
    "django_otp.plugins.otp_static",
    "django_otp.plugins.otp_totp",
    "zhunsheng.law",
    "zhunsheng.orgs",
    "zhunsheng.security",
    "zhunsheng.search",
    "zhunsheng.local",
    "zhunsheng.papers",
    "zhunsheng.ledger",
    "zhunsheng.cases",
    "zhunsheng.registers",
    "zhunsheng.bodies",
    "zhunsheng.reports",
    "zhunsheng.supervision",
    "zhunsheng.intake",
    "zhunsheng.retention",
    "zhunsheng.releases",
    "zhunsheng.desk",
    "zhunsheng.portal",
    "zhunsheng.api",
]
AUTH_USER_MODEL = "orgs.Officer"
LOGIN_URL = "/sign-in/"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "zhunsheng.security.methods.refuse_others",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "zhunsheng.portal.packing.packed",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "zhunsheng.desk.language.ChineseFirst",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "zhunsheng.security.sessions.keep_alive",
    "zhunsheng.security.logs.note_requests",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "zhunsheng.urls"
WSGI_APPLICATION = "zhunsheng.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES = {"default": environment.database("ZHUNSHENG_DATABASE_URL", default=HOME / "zhunsheng.sqlite3")}

# Periods of law run by dates in China, wherever the machine stands.
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "locale"]

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STATICFILES_DIRS = [PACKAGE / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
MEDIA_ROOT = HOME / "files"

# --- Signing in (登录). The numbers are what is customary in 等级保护 practice; no statute sets them. ---------------------

# How many characters, of how many classes, how many earlier ones are barred (0: none), after how many days it has to
# be changed (0: never).
PASSWORD_LENGTH = environment.number("ZHUNSHENG_PASSWORD_LENGTH", default=10, least=8, most=64)
PASSWORD_CLASSES = environment.number("ZHUNSHENG_PASSWORD_CLASSES", default=3, least=1, most=4)
PASSWORD_HISTORY = environment.number("ZHUNSHENG_PASSWORD_HISTORY", default=5, least=0, most=24)
PASSWORD_DAYS = environment.number("ZHUNSHENG_PASSWORD_DAYS", default=90, least=0, most=3650)
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "zhunsheng.security.passwords.LongEnough", "OPTIONS": {"min_length": PASSWORD_LENGTH}},
    {"NAME": "zhunsheng.security.passwords.EnoughClasses"},
    {"NAME": "zhunsheng.security.passwords.NotCommon"},
    {
        "NAME": "zhunsheng.security.passwords.NotLikeTheAccount",
        "OPTIONS": {"user_attributes": ("username", "name")},
    },
    {"NAME": "zhunsheng.security.passwords.NotUsedBefore"},
]

# How many failures lock an account or (0: never) an address, and for how many minutes.
LOCK_ACCOUNT = environment.number("ZHUNSHENG_LOCK_ACCOUNT", default=5, least=3, most=100)
LOCK_ADDRESS = environment.number("ZHUNSHENG_LOCK_ADDRESS", default=50, least=0, most=10000)
LOCK_MINUTES = environment.number("ZHUNSHENG_LOCK_MINUTES", default=15, least=1, most=1440)
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AXES_HANDLER = "zhunsheng.security.lockout.Handler"
AXES_LOCKOUT_PARAMETERS = ["username", "ip_address"]
AXES_FAILURE_LIMIT = LOCK_ACCOUNT
AXES_COOLOFF_TIME = timedelta(minutes=LOCK_MINUTES)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # trying on does not put off the end that was told
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True  # our audit trail is the record
AXES_CLIENT_IP_CALLABLE = "zhunsheng.security.lockout.address_of"
AXES_LOCKOUT_CALLABLE = "zhunsheng.desk.signing_in.locked_out"
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "code", "next"]
AXES_VERBOSE = False

# When a session ends: after so many minutes without a request, and so many hours after signing in at the latest.
SESSION_MINUTES = environment.number("ZHUNSHENG_SESSION_MINUTES", default=30, least=5, most=1440)
SESSION_HOURS = environment.number("ZHUNSHENG_SESSION_HOURS", default=12, least=1, most=168)
SESSION_ENGINE = "zhunsheng.security.sessions"
SESSION_COOKIE_AGE = SESSION_MINUTES * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

# The identity provider of the government, where there is one: its address, the client registered there, the claim that names
# the account, and what the button on the sign-in page says.
OPENID_ISSUER = environment.text("ZHUNSHENG_OPENID_ISSUER")
OPENID_CLIENT = environment.text("ZHUNSHENG_OPENID_CLIENT")
OPENID_SECRET = environment.text("ZHUNSHENG_OPENID_SECRET")
OPENID_CLAIM = environment.text("ZHUNSHENG_OPENID_CLAIM", default="preferred_username")
OPENID_NAME = environment.text("ZHUNSHENG_OPENID_NAME", default="统一身份认证")

# Who must have a second factor: roles (administrator), roles of a system (law:administrator), or * for everybody.
SECOND_FACTOR = environment.names("ZHUNSHENG_SECOND_FACTOR", default=[])
OTP_TOTP_ISSUER = "准绳"
OTP_TOTP_THROTTLE_FACTOR = OTP_STATIC_THROTTLE_FACTOR = 0  # wrong codes count towards the lockout of the account

# --- What the public hands in (来件). Technical bounds; no statute sets them. -----------------------------------------------

# The largest file in MB, how many files with one form, for how many days a form somebody asked to keep is kept.
PUBLIC_FILE_MB = environment.number("ZHUNSHENG_PUBLIC_FILE_MB", default=20, least=1, most=100)
PUBLIC_FILES = environment.number("ZHUNSHENG_PUBLIC_FILES", default=10, least=1, most=50)
PUBLIC_DRAFT_DAYS = environment.number("ZHUNSHENG_PUBLIC_DRAFT_DAYS", default=15, least=1, most=90)
# --- Audit. How long logs are kept is what 等级保护 practice asks for (six months at least); our law data has no source. ------

AUDIT_HASH = environment.choice("ZHUNSHENG_AUDIT_HASH", default="sha256", among=("sha256", "sm3"))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"operations": {"class": "zhunsheng.security.logs.DailyFile", "folder": HOME / "logs"}},
    "root": {"handlers": ["operations"], "level": "INFO"},
}
# By how many seconds this machine's clock may differ from the database server's before nothing lapses by it any more.
CLOCK_SECONDS = environment.number("ZHUNSHENG_CLOCK_SECONDS", default=60, least=1, most=3600)
LOG_DAYS = environment.number("ZHUNSHENG_LOG_DAYS", default=365, least=184, most=3650)

# --- Programs that call (接口). --------------------------------------------------------------------------------------------

# How often a token may call in a minute.
API_CALLS = environment.number("ZHUNSHENG_API_CALLS", default=600, least=1, most=100000)
# What this installation is called among others, and to which inner networks messages may be sent.
INSTALLATION = environment.name("ZHUNSHENG_INSTALLATION", default="zhunsheng")
WEBHOOK_NETWORKS = environment.networks("ZHUNSHENG_WEBHOOK_NETWORKS")

# --- What browsers are told ----------------------------------------------------------------------------------------------

MESSAGE_STORAGE = "zhunsheng.security.cookies.Messages"
MESSAGES_COOKIE_NAME, LARGE_TEXT_COOKIE_NAME = "messages", "large_text"
CSRF_FAILURE_VIEW = "zhunsheng.portal.pages.expired"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],  # Tabler draws ticks and arrows with data addresses
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if host != "*"]
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = not DEBUG
    SECURE_HSTS_SECONDS = 0 if DEBUG else 31536000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = environment.boolean("ZHUNSHENG_HSTS_SUBDOMAINS")
    if not DEBUG:  # browsers take such a cookie from this very host over https alone, and no neighbour can put one in
        SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
        LANGUAGE_COOKIE_NAME, LARGE_TEXT_COOKIE_NAME = "__Host-language", "__Host-large-text"
        MESSAGES_COOKIE_NAME = "__Host-messages"
