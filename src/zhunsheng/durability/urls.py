"""The addresses that programs ask how the site is. Nothing of it is written here."""

from django.urls import path

from zhunsheng.durability import health

urlpatterns = [
    path("healthz", health.health, name="healthz"),
    path("healthz/live", health.live, name="healthz-live"),
    path("healthz/ready", health.ready, name="healthz-ready"),
]
