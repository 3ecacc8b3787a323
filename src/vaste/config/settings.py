"""Django's settings, made from the environment (`environment.py`)."""

import os
from datetime import timedelta
from urllib.parse import urlsplit

from vaste.config.environment import read_environment
from vaste.core.logs import configure_logs

ENVIRONMENT = read_environment(os.environ)

SECRET_KEY = ENVIRONMENT.secret_key
IDENTITY_KEYS = ENVIRONMENT.identity_keys
BASE_URL = ENVIRONMENT.base_url
DATA_DIR = ENVIRONMENT.data_dir
SMS_URLS = ENVIRONMENT.sms_urls
PORT = ENVIRONMENT.port
QUEUE_ALARM_AFTER = timedelta(minutes=ENVIRONMENT.queue_alarm_minutes)
COPY_DIR = ENVIRONMENT.copy_dir
HUB_DIR = ENVIRONMENT.hub_dir
ANALYTICS_URL = ENVIRONMENT.analytics_url
DELIVERY_KEY = ENVIRONMENT.delivery_key
HUB_URL = ENVIRONMENT.hub_url
HUB_KEY = ENVIRONMENT.hub_key
HUB_TOKEN = ENVIRONMENT.hub_token
HUB_SHOWS = ENVIRONMENT.hub_shows
DEBUG = ENVIRONMENT.debug

ALLOWED_HOSTS = sorted({urlsplit(BASE_URL).hostname or "localhost", "localhost", "127.0.0.1", "[::1]"})
CSRF_TRUSTED_ORIGINS = [BASE_URL]
DATABASES = {"default": ENVIRONMENT.database}

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "axes",
    "vaste.core",
    "vaste.organisations",
    "vaste.visits",
    "vaste.messaging",
    "vaste.responses",
    "vaste.invitations",
    "vaste.cases",
    "vaste.survey_pages",
    "vaste.history",
    "vaste.results",
    "vaste.dashboards",
    "vaste.reports",
    "vaste.national",
    "vaste.national.hub",
    "vaste.simulator",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "vaste.config.middleware.security_headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "vaste.config.urls"
WSGI_APPLICATION = "vaste.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

AUTH_USER_MODEL = "organisations.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
# Failures are counted per account, never per address: staff of a whole clinic share one. The lock ends by itself.
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_USERNAME_FORM_FIELD = "username"  # what Django's form calls it; axes would look for USERNAME_FIELD, find none and never lock
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "vaste.organisations.views.locked_out"
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address"]
SILENCED_SYSTEM_CHECKS = ["axes.W006"]  # counting by account is wanted, see above
LOGIN_URL = "/staff/sign-in"
LOGIN_REDIRECT_URL = "/staff/results"
LOGOUT_REDIRECT_URL = "/staff/sign-in"

IS_HTTPS = BASE_URL.startswith("https://")
CSRF_FAILURE_VIEW = "vaste.organisations.error_pages.form_refused"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_NAME = "vaste_session"
SECURE_CONTENT_TYPE_NOSNIFF = True
# Not "no-referrer": browsers would then send `Origin: null` with our own forms, which the CSRF check must refuse.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_HTTPS else None
X_FRAME_OPTIONS = "DENY"
STATIC_URL = "/static/"  # nothing lies there: pages carry or serve their own styles; Django's test server asks for it
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024 * 1024

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "fi"
LANGUAGES = [("fi", "suomi"), ("sv", "svenska"), ("en", "English")]
USE_I18N = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LOGGING_CONFIG = None
configure_logs()
