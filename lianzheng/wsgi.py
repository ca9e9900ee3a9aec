"""WSGI entry point, served by gunicorn."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from lianzheng.whole_body import whole_bodies

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lianzheng.settings")
application = whole_bodies(get_wsgi_application())
# Every view is loaded now, once for all processes: a worker that takes the place of one that died answers at once.
assert get_resolver().url_patterns
