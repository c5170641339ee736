"""Settings from the environment. Everything that is not safe by default is refused outside the demo (`checks.py`).

HANDRAIL_HOME         the folder of the embedded database, the secret key and uploads; ~/.handrail without it
HANDRAIL_DEMO=1       invented people, plain http on this machine only
HANDRAIL_SECRET_KEY   at least 50 characters; made and kept in HANDRAIL_HOME where it is not given
HANDRAIL_HOSTS        names under which the app is reached, separated by commas
HANDRAIL_HTTP=1       plain http, for a proxy on the same machine that speaks https to the world
DATABASE_URL          postgres://user:password@host:5432/name; SQLite in HANDRAIL_HOME without it
"""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from handrail.app.headers import MOST_BYTES
from handrail.app.secret import secret_key

HOME = Path(os.environ.get("HANDRAIL_HOME") or Path.home() / ".handrail")
IS_DEMO = os.environ.get("HANDRAIL_DEMO") == "1"
IS_PLAIN = IS_DEMO or os.environ.get("HANDRAIL_HTTP") == "1"
DEBUG = os.environ.get("HANDRAIL_DEBUG") == "1"

SECRET_KEY = os.environ.get("HANDRAIL_SECRET_KEY") or secret_key(HOME)
ALLOWED_HOSTS = [
    host for host in os.environ.get("HANDRAIL_HOSTS", "127.0.0.1,localhost,[::1]" if IS_DEMO else "").split(",") if host
]
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]

ROOT_URLCONF = "handrail.app.urls"
WSGI_APPLICATION = "handrail.app.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"

INSTALLED_APPS = [
    "handrail.app.accounts",
    "handrail.app.audit",
    "handrail.app.chart",
    "handrail.app.consent",
    "handrail.app.worklists",
    "handrail.app.authorizations",
    "handrail.app.overseeing",
    "handrail.app.reviewing",
    "handrail.app.screens",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "django_htmx",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "handrail.app",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "handrail.app.headers.SafeHeaders",
    "handrail.app.headers.SmallEnough",
    "handrail.app.accounts.walls.Walls",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "handrail.app.accounts.sessions.SessionLimits",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "handrail.app.accounts.pace.Pace",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
    "handrail.app.accounts.sending.SentOnce",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "handrail.app.screens.context.about_the_viewer",
            ],
        },
    },
]


def _database(url: str | None) -> dict[str, object]:
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": HOME / "handrail.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
            },
        }
    told = urlsplit(url)
    if told.scheme not in ("postgres", "postgresql"):
        raise ValueError("DATABASE_URL must begin with postgres://; leave it out for the embedded SQLite")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": told.path.lstrip("/"),
        "USER": unquote(told.username or ""),
        "PASSWORD": unquote(told.password or ""),
        "HOST": unquote(told.hostname or "")
        or dict(part.split("=") for part in told.query.split("&") if part).get("host", ""),
        "PORT": told.port or "",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


DATABASES = {"default": _database(os.environ.get("DATABASE_URL"))}

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_I18N = False
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STATICFILES_DIRS = [Path(__file__).parent / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_LOCKOUT_CALLABLE = "handrail.app.accounts.signing_in.locked_out"

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "handrail.app.accounts.signing_in.Adapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_FORMS = {"add_webauthn": "handrail.app.accounts.passkeys.AddPasskey"}
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = IS_DEMO

IS_PACED = True
FILE_UPLOAD_MAX_MEMORY_SIZE = DATA_UPLOAD_MAX_MEMORY_SIZE = MOST_BYTES
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
IDLE_MINUTES = 15
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
LONGEST_HOURS = 10
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not IS_PLAIN
SESSION_COOKIE_AGE = LONGEST_HOURS * 3600
CSRF_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = not IS_PLAIN
SECURE_HSTS_SECONDS = 0 if IS_PLAIN else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = not IS_PLAIN
SECURE_REFERRER_POLICY = "same-origin"
if os.environ.get("HANDRAIL_BEHIND_PROXY") == "1":
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"()": "handrail.app.logs.OneLine"}},
    "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "lines"}},
    "root": {"handlers": ["out"], "level": "WARNING"},
}
