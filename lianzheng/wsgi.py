"""WSGI entry point, served by gunicorn."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lianzheng.settings")
application = get_wsgi_application()
# Every view is loaded now, once for all processes: a worker that takes the place of one that died answers at once.
assert get_resolver().url_patterns
