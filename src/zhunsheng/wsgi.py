"""The site as a WSGI application, for `zhunsheng serve` or another server. Nothing else lives here."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhunsheng.settings")
application = get_wsgi_application()
