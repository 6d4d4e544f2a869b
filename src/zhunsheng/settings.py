"""设置: Django's settings for every way of running the platform. What an operator may change comes from ZHUNSHENG_*.

Declarations only: no law, no limits, nothing that an office decides on its pages.

What each variable means stands in ``environment.VARIABLES``.
"""

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from zhunsheng import environment

PACKAGE = Path(__file__).resolve().parent
_PROJECT = PACKAGE.parent.parent
_ROOT = _PROJECT if (_PROJECT / "pyproject.toml").is_file() else Path.cwd()

HOME = environment.directory("ZHUNSHENG_HOME", default=_ROOT / "var")
SECRET_KEY = environment.secret(HOME / "secret_key")
DEBUG = environment.boolean("ZHUNSHENG_DEBUG")
HTTPS = environment.boolean("ZHUNSHENG_HTTPS")
ALLOWED_HOSTS = environment.names("ZHUNSHENG_ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "zhunsheng.law",
    "zhunsheng.orgs",
    "zhunsheng.security",
    "zhunsheng.papers",
    "zhunsheng.ledger",
    "zhunsheng.cases",
    "zhunsheng.registers",
    "zhunsheng.reports",
    "zhunsheng.desk",
]
AUTH_USER_MODEL = "orgs.Officer"
LOGIN_URL = "/sign-in/"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "zhunsheng.desk.language.ChineseFirst",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
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

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if host != "*"]
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEBUG
    SECURE_HSTS_SECONDS = 0 if DEBUG else 31536000
