"""督导: the supervision app."""

from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    """督导."""

    name = "zhunsheng.supervision"
    label = "supervision"
