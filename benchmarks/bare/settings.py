"""The settings of the bare pages: the product's database, and the middleware that ``startproject`` writes."""

from pathlib import Path

from zhunsheng.settings import *  # noqa: F403
from zhunsheng.settings import TEMPLATES

ROOT_URLCONF = "benchmarks.bare.site"
TEMPLATES = [TEMPLATES[0] | {"DIRS": [Path(__file__).parent / "templates"]}]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
