"""Django's settings for the measurements: those of the product, with the software compared with and its tables."""

from zhunsheng.settings import *  # noqa: F403
from zhunsheng.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "viewflow", "viewflow.workflow", "benchmarks.comparison"]
