"""Settings, all from the environment, with defaults that are safe in production.

Every variable is listed in docs/administrator.md. The embedded database and the files of the installation
live under LIANZHENG_DATA (default: var/ in the project).
"""

import os
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(os.environ.get("LIANZHENG_DATA", BASE_DIR / "var"))
TESTING = os.environ.get("LIANZHENG_TEST") == "1"


def flag(name: str, default: bool = False) -> bool:
    """A yes/no variable: 1, true, yes and on mean yes."""
    return os.environ.get(name, str(int(default))).lower() in {"1", "true", "yes", "on"}


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated variable."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def secret_key() -> str:
    """The key from LIANZHENG_SECRET_KEY or from its file. Raises ImproperlyConfigured without either."""
    if key := os.environ.get("LIANZHENG_SECRET_KEY"):
        return key
    path = Path(os.environ.get("LIANZHENG_SECRET_KEY_FILE", DATA_DIR / "secret_key"))
    if path.is_file():
        return path.read_text().strip()
    if TESTING:
        return "for tests only"
    raise ImproperlyConfigured(f"没有密钥：请设置 LIANZHENG_SECRET_KEY，或运行 bin/run 生成 {path}")


def database(url: str) -> dict:
    """Django's database settings from a postgresql:// address, or the embedded SQLite file when empty."""
    if not url:
        return {
            "ENGINE": "audit.backends.sqlite3",
            "NAME": DATA_DIR / "lianzheng.sqlite3",
            "CONN_MAX_AGE": None,
            # FULL costs a sync per commit; with NORMAL an acknowledged approval can vanish at a power cut.
            # IMMEDIATE: a transaction that reads first and then writes must not fail with "database is locked".
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA cache_size=-32000;"
                "PRAGMA mmap_size=134217728;PRAGMA recursive_triggers=ON;PRAGMA secure_delete=ON",
            },
        }
    parts = urlsplit(url)
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "audit.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host", parts.hostname or ""),
        "PORT": query.get("port", str(parts.port or "")),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


DEBUG = flag("LIANZHENG_DEBUG")
SECRET_KEY = secret_key()
ALLOWED_HOSTS = words("LIANZHENG_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = words("LIANZHENG_TRUSTED_ORIGINS")
# One-click sign-in as the sample's people: only with the mark that bin/run puts beside an embedded database it made as
# a sample, never with what a real installation has; and refused over a database of another kind (`is_sample`).
SAMPLE = (
    flag("LIANZHENG_SAMPLE")
    and (DATA_DIR / "sample").is_file()
    and not any((os.environ.get("LIANZHENG_DATABASE_URL"), flag("LIANZHENG_TLS"), flag("LIANZHENG_BEHIND_PROXY")))
)
POLICY = os.environ.get("LIANZHENG_POLICY", "dengbao")  # accounts/policy.py; a word that is not known stops the start
SECOND_FACTOR = os.environ.get("LIANZHENG_SECOND_FACTOR", "optional")
ALGORITHM = os.environ.get("LIANZHENG_ALGORITHM", "intl")
INTRANET_NETS = words("LIANZHENG_INTRANET_NETS")  # networks that see notices of audience "intranet" without signing in
PUBLIC_URL = os.environ.get("LIANZHENG_PUBLIC_URL", "").rstrip("/")  # where the public reaches this site, for QR codes
FONTS = words("LIANZHENG_FONTS")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "mptt",
    "simple_history",
    "audit",
    "accounts",
    "jobs",
    "registers",
    "workflow",
    "supervision",
    "documents",
    "lianzheng",
]

MIDDLEWARE = [
    "lianzheng.middleware.EveryAnswer",  # first: what answers before it has no headers and no number
    "lianzheng.stack.roomy",
    "lianzheng.middleware.Gate",
    "lianzheng.read_only.ReadOnlyWhenDamaged",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "accounts.middleware.Sessions",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "lianzheng.secrecy.NoStateSecrets",  # before anything of the form is kept
    "lianzheng.middleware.KeepTypedText",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "accounts.middleware.DutiesFirst",
    "lianzheng.middleware.RefusalPages",
    "lianzheng.costly.CostlyPages",
    "lianzheng.once.OnceOnly",
    "simple_history.middleware.HistoryRequestMiddleware",
]

ROOT_URLCONF = "lianzheng.urls"
WSGI_APPLICATION = "lianzheng.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "lianzheng.navigation.context",
            ],
            "builtins": ["accounts.templatetags.ui"],
            "loaders": [
                ("django.template.loaders.cached.Loader", ["django.template.loaders.filesystem.Loader"]),
            ],
        },
    }
]

DATABASES = {"default": database(os.environ.get("LIANZHENG_DATABASE_URL", ""))}
EVIDENCE_ALGORITHM = "sm3" if ALGORITHM == "sm" else "sha256"  # of new links of the chains; old ones keep theirs
CHECKPOINTS = os.environ.get("LIANZHENG_CHECKPOINTS", "")  # a folder, best of another machine, for ends of the chains
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
AUTH_PASSWORD_VALIDATORS = [{"NAME": "accounts.passwords.PolicyValidator"}]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher", "accounts.hashers.PBKDF2SM3"]
if ALGORITHM == "sm":
    PASSWORD_HASHERS.reverse()

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
DATE_FORMAT = "Y年n月j日"

STATIC_URL = "static/"
WHITENOISE_ALLOW_ALL_ORIGINS = False
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING or DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
MEDIA_ROOT = DATA_DIR / "files"
BACKUP_KEY_FILE = os.environ.get("LIANZHENG_BACKUP_KEY_FILE", "")  # whose text encrypts backups

JOB_WORKERS = int(os.environ.get("LIANZHENG_JOB_WORKERS") or min(2, os.cpu_count() or 1))
JOB_DAYS = int(os.environ.get("LIANZHENG_JOB_DAYS", "7"))  # outputs are kept so long
JOB_MEMORY = int(os.environ.get("LIANZHENG_JOB_MEMORY", "700"))  # MB, after which a worker makes way for a fresh one

# The cookies: no script reads them; over TLS the browser itself holds them to this host (`__Host-`).
SESSION_ENGINE = "accounts.sessions"  # idle, absolute and other limits: accounts/policy.py
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
# Plain http is for the machine itself (bin/run on 127.0.0.1); a real installation stands behind TLS.
TLS = flag("LIANZHENG_TLS", default=not (DEBUG or TESTING or SAMPLE))
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = TLS
COOKIE_PREFIX = "__Host-" if TLS else ""
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid", f"{COOKIE_PREFIX}csrftoken"
SECURE_HSTS_SECONDS = 365 * 86400 if TLS else 0
BEHIND_PROXY = flag("LIANZHENG_BEHIND_PROXY")  # one proxy of ours stands in front and tells scheme and address
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
# Subdomains of the body's domain are not ours to bind, nor is the list that ships with browsers (docs/security.md).
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Of one request: in all, then of fields, files and text. Most is taken by a table to import and by offline forms.
COSTLY_LIMITS = not TESTING  # how often one person gets a costly page: lianzheng/costly.py
BODY_MAX = 12 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
DATA_UPLOAD_MAX_MEMORY_SIZE = 3 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

SIMPLE_HISTORY_REVERT_DISABLED = True
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "lianzheng.logs.OneLine"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"fontTools": {"level": "ERROR"}, "weasyprint": {"level": "ERROR"}},
}

if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *PASSWORD_HASHERS]
