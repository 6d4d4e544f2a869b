"""The site as a WSGI application, for `zhunsheng serve` or another server. Nothing else lives here."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhunsheng.settings")
application = get_wsgi_application()

from zhunsheng import urls  # noqa: E402, F401 - Django has started only now
from zhunsheng.catalogue.loading import systems  # noqa: E402

systems()  # read now, so that the first who asks does not wait for the pages and the declarations
gc.collect()
gc.freeze()  # nothing of it is ever thrown away; looking through it for what may be takes a fifth of a second, in which some page waits
