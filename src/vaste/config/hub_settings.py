"""Django's settings of the hub's process: those of a county, with the hub's addresses and nothing for staff to sign in to."""

from vaste.config.settings import *  # noqa: F403

ROOT_URLCONF = "vaste.config.hub_urls"
WSGI_APPLICATION = "vaste.config.hub_wsgi.application"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "vaste.config.middleware.security_headers",
    "django.middleware.common.CommonMiddleware",
]
# Counties reach the hub under whatever name its certificate bears; nothing is built from the name in a request.
ALLOWED_HOSTS = ["*"]
