"""One settings file for every place: with no .env at all it runs on SQLite with DEBUG off.

Every variable is explained in `.env.example`.
"""

import datetime
import os
import secrets
import tempfile
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

from wugang_audit.operations import logs

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

DATA_DIR = Path(env.str("DATA_DIR", str(BASE_DIR / ".data")))
DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)


def _secret_key() -> str:
    """Return the key of the environment, else one made once and kept in a file that git ignores."""
    if key := env.str("SECRET_KEY", ""):
        return key
    path = DATA_DIR / "secret_key"
    if not path.exists():
        # Two workers may start at once: each writes a file of its own, and `link` lets the first one win.
        own = DATA_DIR / f"secret_key.{os.getpid()}"
        own.touch(mode=0o600)
        own.write_text(secrets.token_urlsafe(50))
        try:
            os.link(own, path)
        except FileExistsError:
            pass
        finally:
            own.unlink()
    return path.read_text()


SECRET_KEY = _secret_key()
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
DEBUG = env.bool("DEBUG", False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# --- the bureau and its draws -------------------------------------------------------------------------------
# Where a site begins: once its administrator has saved 本单位, what stands there counts (`bureau.current`).
BUREAU_NAME = env.str("BUREAU_NAME", "平顶山市生态环境局舞钢分局")
BUREAU_ADDRESS = env.str("BUREAU_ADDRESS", "河南省平顶山市舞钢市")
BUREAU_PHONE = env.str("BUREAU_PHONE", "12345（政务服务便民热线）")
BUREAU_COUNTY_PREFIX = env.str("BUREAU_COUNTY_PREFIX", "410481")
# Where its units lie, in degrees: west, south, east and north, of the county with a margin of some kilometres and of the
# province. 舞钢市 is 113.35-113.67 E, 33.13-33.47 N, Henan 110.35-116.65 E, 31.38-36.37 N.
BUREAU_BOUNDS = env.list("BUREAU_BOUNDS", default=["113.2", "33.0", "113.8", "33.6"])
BUREAU_PROVINCE_BOUNDS = env.list("BUREAU_PROVINCE_BOUNDS", default=["110.3", "31.3", "116.7", "36.4"])
# Where a lottery has moved its drawing since this version: hours and minutes by source, which replace the usual ones.
LOTTERY_TIMES = env.dict("LOTTERY_TIMES", default={})
# The protocol's source `system` is for demonstrations and rehearsals alone: it is worth 0 bits to the public.
ALLOW_SYSTEM_ENTROPY = env.bool("ALLOW_SYSTEM_ENTROPY", False)
# The way out after the machine's clock ran far ahead by mistake: see `require_clock` of the public log's module.
ALLOW_CLOCK_BEHIND = env.bool("ALLOW_CLOCK_BEHIND", False)
# Working days from the visit to the publication of its result (环办执法〔2021〕18号), and days to correct what was ordered, as the
# officers' form proposes them.
PUBLISH_WORKDAYS = max(1, env.int("PUBLISH_WORKDAYS", 20))
# Working days that a substitute has for the visit at least, whatever the day of the draw.
SUBSTITUTE_WORKDAYS = max(1, env.int("SUBSTITUTE_WORKDAYS", 10))
# Working days within which an objection or a correction from outside is answered, and days after the answer until the name
# and telephone of who sent it are deleted.
OBJECTION_WORKDAYS = max(1, env.int("OBJECTION_WORKDAYS", 15))
SENDER_DAYS = max(1, env.int("SENDER_DAYS", 90))
RECTIFY_DAYS = max(1, env.int("RECTIFY_DAYS", 30))
# What is due goes out by `manage.py remind`, where this is on and a mail server is named (smtp://user:password@host:25).
REMIND = env.bool("REMIND", False)
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
if env.str("EMAIL_URL", ""):
    try:
        vars().update(env.email_url("EMAIL_URL"))
    except (ImproperlyConfigured, ValueError):
        raise SystemExit(
            "EMAIL_URL 写得不对：请写成 smtp://用户名:密码@主机:25，加密的写 smtp+tls://…:587 或 smtp+ssl://…:465；"
            "用户名和密码里的 @ 写成 %40。"
        ) from None
    # The reader of addresses drops the slash in front: filemail:///var/mails would be a folder below the working one.
    if env.str("EMAIL_URL").startswith("filemail:///"):
        EMAIL_FILE_PATH = f"/{vars()['EMAIL_FILE_PATH'].lstrip('/')}"
EMAIL_TIMEOUT = 20  # seconds
# Servers refuse a sender that is not theirs: without EMAIL_FROM it is the account's own address, if it is one.
_account = vars().get("EMAIL_HOST_USER") or ""
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", _account if "@" in _account else "webmaster@localhost")
# The officers' devices hold their pages, to open them without a signal. False takes it all away from them again.
OFFLINE_PAGES = env.bool("OFFLINE_PAGES", True)
# A demonstration says so on every page and shows its accounts on the login page.
DEMO = env.bool("DEMO", False)
# A visit may be postponed until so many days after the quarter.
POSTPONEMENT_DAYS = env.int("POSTPONEMENT_DAYS", 30)

# --- applications -------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "wugang_audit",
    "sources",
    "enforcers",
    "drawings",
    "wugang_audit.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "simple_history",
    "axes",
]

MIDDLEWARE = [
    "wugang_audit.access.headers.HeadersMiddleware",
    "wugang_audit.access.origin.OriginMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "wugang_audit.access.junk.JunkMiddleware",
    "drawings.disclosure.kept.KeptPagesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "wugang_audit.access.throttle.ThrottleMiddleware",
    "wugang_audit.access.limits.BodyLimitMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "wugang_audit.accounts.sessions.SessionLimitsMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "wugang_audit.access.methods.MethodsMiddleware",
    "wugang_audit.access.middleware.AccessMiddleware",
    "wugang_audit.accounts.resume.ResumeMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "axes.middleware.AxesMiddleware",
    "drawings.inspections.offline.held.HeldPagesMiddleware",
]

ROOT_URLCONF = "wugang_audit.urls"
WSGI_APPLICATION = "wugang_audit.wsgi.application"

# What is wrong with a field, in words that name it.
FORM_RENDERER = "wugang_audit.problems.Renderer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wugang_audit.staff.navigation.site",
            ],
            "builtins": [
                "wugang_audit.problems",
                "wugang_audit.admin_frame.lists",
                "wugang_audit.telephone",
                "wugang_audit.remembered",
                "wugang_audit.calendar.shown",
                "wugang_audit.imports.called",
                "drawings.inspections.tasks.map_links",
                "drawings.disclosure.glossary",
                "drawings.disclosure.long_lists",
            ],
        },
    },
]

FIXTURE_DIRS = [BASE_DIR / "fixtures"]

# --- database -----------------------------------------------------------------------------------------------
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "init_command": "PRAGMA journal_mode=WAL;",
        # A deferred transaction that reads and then writes fails at once when another wrote in between;
        # an immediate one waits for its turn.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
    }
    # A file, so that tests race on two real connections as two workers would; one for each run.
    test_file = Path(tempfile.gettempdir()) / f"wugang-test-{os.getpid()}.sqlite3"
    DATABASES["default"]["TEST"] = {"NAME": str(test_file)}
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # A server that does not answer is away: without this a page would wait two minutes to say so.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
# Seconds that a thread keeps its connection: opening one costs more than a page that is kept.
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", 60)
# Public pages that each process keeps as they were made, see `drawings.disclosure.kept`.
KEPT_PAGES_MB = env.int("KEPT_PAGES_MB", 32)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- people -------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "wugang_audit.User"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "desk"
LOGOUT_REDIRECT_URL = "disclosure:home"
AUTHENTICATION_BACKENDS = [
    "wugang_audit.accounts.lockout.Backend",
    "django.contrib.auth.backends.ModelBackend",
]
# ASVS 5.0, 6.2.1 asks for 8 characters and recommends 15. 12: an officer may have no second factor; the offices have.
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "full_name")},
    },
    {"NAME": "wugang_audit.accounts.password_rules.LongEnough", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "wugang_audit.accounts.password_rules.EasyToGuess"},
    {"NAME": "wugang_audit.accounts.password_rules.NotOneOfTheLast"},
]
FIRST_PASSWORD_HOURS = env.int("FIRST_PASSWORD_HOURS", 72)
# Forced ageing makes people count their passwords up (ASVS 5.0, 6.2.10): 0 is never.
PASSWORD_MAX_AGE_DAYS = env.int("PASSWORD_MAX_AGE_DAYS", 0)

AXES_FAILURE_LIMIT = env.int("LOGIN_TRIES", 5)
AXES_COOLOFF_TIME = datetime.timedelta(minutes=env.int("LOGIN_LOCKED_MINUTES", 30))
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "wugang_audit.accounts.lockout.counted_address"
AXES_USERNAME_CALLABLE = "wugang_audit.accounts.lockout.counted_name"
AXES_LOCKOUT_CALLABLE = "wugang_audit.accounts.lockout.keep_answer"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True  # the audit trail has it
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
LOGIN_TURNS_DIR = DATA_DIR  # lock files, see accounts.turns

SESSION_ENGINE = "wugang_audit.accounts.sessions"
SESSION_IDLE_MINUTES = env.int("SESSION_IDLE_MINUTES", 30)
SESSION_IDLE_MINUTES_OFFICER = env.int("SESSION_IDLE_MINUTES_OFFICER", 8 * 60)
SESSION_HOURS = env.int("SESSION_HOURS", 12)
# Longer than any limit of our own, so that it is us who end a session and say why.
SESSION_COOKIE_AGE = (SESSION_HOURS + 24) * 3600
CSRF_FAILURE_VIEW = "wugang_audit.accounts.resume.csrf_failure"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True  # no script of ours reads a cookie
SESSION_COOKIE_SAMESITE = "Lax"

# --- transport ----------------------------------------------------------------------------------------------
SERVED_OVER_TLS = env.bool("SERVED_OVER_TLS", False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = SERVED_OVER_TLS
SECURE_REDIRECT_EXEMPT = [r"^healthz/"]  # a probe asks from the machine itself, without TLS
# With this name a browser takes a cookie from this very host alone, over TLS, for all of its paths. Without TLS from none.
COOKIE_PREFIX = "__Host-" if SERVED_OVER_TLS else ""
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid", f"{COOKIE_PREFIX}csrftoken"
MESSAGE_STORAGE = "wugang_audit.access.cookies.Messages"
SECURE_HSTS_SECONDS = 31_536_000 if SERVED_OVER_TLS else 0
SILENCED_SYSTEM_CHECKS = [
    # HSTS for subdomains, and in the browsers' list: a bureau's site is one name below its government's domain, and may
    # not decide for the names beside and below it.
    "security.W005",
    "security.W021",
]
if SERVED_OVER_TLS:
    # The proxy that ends TLS must set this header itself and drop a visitor's own.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Addresses or networks of the proxies in front, or "unix" for a socket file: only they may say whom they speak for.
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", default=[])
# 429 for who searches, sends forms or fetches files far more often than people do (`access/throttle.py`).
THROTTLE_BY_ADDRESS = env.bool("THROTTLE_BY_ADDRESS", True)
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 10  # how large each body may be, its view says (`access/limits.py`)

# --- imports ------------------------------------------------------------------------------------------------
IMPORT_LOCKS_DIR = DATA_DIR  # lock files, see imports.worker and access.busy
# Bytes of unpacked workbook, about 5,000 units: longer ones are read and written by a process of their own.
IMPORT_AT_ONCE = env.int("IMPORT_AT_ONCE", 8 * 1024 * 1024)

# --- files --------------------------------------------------------------------------------------------------
# Opens hand-over files of officers' phones; made at first need (`drawings.inspections.handover.keys`).
HANDOVER_KEY_FILE = Path(env.str("HANDOVER_KEY_FILE", str(DATA_DIR / "handover_key.pem")))
# Photos and PDFs of visits: outside of all that is served, read through views alone. In a bucket where one is named.
EVIDENCE_DIR = Path(env.str("EVIDENCE_DIR", str(DATA_DIR / "evidence")))
_evidence: dict[str, object] = {
    "BACKEND": "drawings.inspections.evidence.kept_files.PrivateFiles",
    "OPTIONS": {
        "location": str(EVIDENCE_DIR),
        "file_permissions_mode": 0o600,
        "directory_permissions_mode": 0o700,
    },
}
if env.str("EVIDENCE_S3_BUCKET", ""):
    _evidence = {
        "BACKEND": "drawings.inspections.evidence.bucket.PrivateBucket",
        "OPTIONS": {
            "bucket_name": env.str("EVIDENCE_S3_BUCKET"),
            "endpoint_url": env.str("EVIDENCE_S3_ENDPOINT", "") or None,
            "region_name": env.str("EVIDENCE_S3_REGION", "") or None,
            "access_key": env.str("EVIDENCE_S3_ACCESS_KEY", "") or None,
            "secret_key": env.str("EVIDENCE_S3_SECRET_KEY", "") or None,
        },
    }
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    "evidence": _evidence,
}

# --- running it ---------------------------------------------------------------------------------------------
# Where backups go, and how many of them stay; whom they are encrypted for (`age1…`), so that a copy of one opens nothing.
BACKUP_DIR = env.str("BACKUP_DIR", "")
BACKUP_KEEP = max(1, env.int("BACKUP_KEEP", 14))
BACKUP_RECIPIENTS = env.list("BACKUP_RECIPIENTS", default=[])
# Days after which the last backup is too old.
BACKUP_DAYS = max(1, env.int("BACKUP_DAYS", 2))
# MB that are free where the site writes: below the first the administrator is told, below the second the site is not well.
DISK_FREE_MB_LOW = env.int("DISK_FREE_MB_LOW", 2048)
DISK_FREE_MB_LEAST = env.int("DISK_FREE_MB_LEAST", 200)
# What recomputes all that is chained or digested, by command: after a restore, and in `manage.py doctor`.
PROOFS = ("verify_audit", "verify_log", "check_evidence")

# --- language and time --------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

# --- static files -------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
# Served straight from the packages: nothing to collect, nothing to forget after an update.
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 600
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_MIMETYPES = {".mjs": "text/javascript"}

# --- history, logging ---------------------------------------------------------------------------------------
SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True

LOGGING = logs.configuration(env.str("LOG_LEVEL", "INFO").upper(), as_json=env.bool("LOG_JSON", False))
