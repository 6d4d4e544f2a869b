"""环境变量: reads the settings an operator gives through the environment, and says plainly what is wrong with them.

Only reading lives here; what the values mean is decided in settings.py.
"""

import os
import secrets
from collections.abc import Sequence
from pathlib import Path

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from zhunsheng.kernel.words import Words

VARIABLES = {
    "ZHUNSHENG_HOME": Words(
        "数据目录，默认是项目中的 `var/`，没有项目时是当前目录中的 `var/`",
        "directory of the data; `var/` in the project, or in the current directory where there is none",
    ),
    "ZHUNSHENG_DATABASE_URL": Words(
        "PostgreSQL 的地址 `postgres://用户:口令@主机:端口/数据库名`；不设则用 `ZHUNSHENG_HOME` 中的 SQLite",
        "address of a PostgreSQL, `postgres://user:password@machine:port/database`; without it SQLite in `ZHUNSHENG_HOME`",
    ),
    "ZHUNSHENG_ALLOWED_HOSTS": Words(
        "网站使用的名称，以逗号分隔；默认只限本机",
        "names the site answers to, parted by commas; this machine only by default",
    ),
    "ZHUNSHENG_HTTPS": Words(
        "经提供 https 并设置 X-Forwarded-Proto 的代理访问时为 `1`",
        "`1` when the site is reached through a proxy that speaks https and sets X-Forwarded-Proto",
    ),
    "ZHUNSHENG_DEBUG": Words(
        "为 `1` 时在浏览器中显示程序错误；存有真实数据的不得使用",
        "`1` shows programming errors in the browser; never where real data is kept",
    ),
    "ZHUNSHENG_CHROMIUM": Words("仅供测试：Chromium 程序", "tests only: the Chromium program"),
    "ZHUNSHENG_TEST_DATABASE_URL": Words(
        "仅供测试：已在运行的 PostgreSQL", "tests only: a PostgreSQL that runs already"
    ),
}
"""Every variable an operator may set, and what it means."""

# WAL: readers do not wait for the writer. NORMAL is safe with it: a power cut may lose the last commits, not the file.
SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA mmap_size=134217728; PRAGMA cache_size=-20000"
)


def _refuse(name: str, value: str, chinese: str, english: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"环境变量 {name}={value!r}：{chinese}。 Environment variable {name}: {english}.")


def boolean(name: str, *, default: bool = False) -> bool:
    """The variable as yes or no: 1/true/yes/on and 0/false/no/off. Raises ImproperlyConfigured for anything else."""
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    if value.lower() in {"1", "true", "yes", "on"}:
        return True
    if value.lower() in {"0", "false", "no", "off"}:
        return False
    raise _refuse(name, value, "只能填 1 或 0", "must be 1 or 0")


def names(name: str, *, default: Sequence[str]) -> list[str]:
    """The variable as names parted by commas. Raises ImproperlyConfigured when it is set but holds no name."""
    value = os.environ.get(name)
    if value is None:
        return list(default)
    found = [part.strip() for part in value.split(",") if part.strip()]
    if not found:
        raise _refuse(name, value, "应填写以逗号分隔的名称，不能为空", "must hold names parted by commas")
    return found


def directory(name: str, *, default: Path) -> Path:
    """The variable as a directory, made when absent, readable by its owner only.

    Raises ImproperlyConfigured when it cannot be made or is no directory.
    """
    path = Path(os.environ.get(name) or default).expanduser().absolute()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise _refuse(
            name, str(path), f"无法建立数据目录（{error.strerror}）", f"cannot make this directory: {error.strerror}"
        ) from error
    return path


def secret(path: Path) -> str:
    """The secret kept in the file, made once with mode 0600; safe when several processes start at the same time.

    Raises ImproperlyConfigured when the file is empty.
    """
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            path.hardlink_to(draft)  # unlike a rename, fails when another process was first
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    value = path.read_text().strip()
    if not value:
        raise ImproperlyConfigured(
            f"密钥文件 {path} 是空的，请删除后重新启动（届时已登录的人需要重新登录）。 "
            f"The secret key file {path} is empty; remove it and start again (everybody will have to sign in again)."
        )
    return value


def database(name: str, *, default: Path) -> dict[str, object]:
    """The database of the variable, an address postgres://user:password@machine:port/name; without it, SQLite.

    Connections stay open for ten minutes: a new one on each request halves the speed.
    Raises ImproperlyConfigured for any other kind of database or an address that cannot be read. The message never
    repeats the address, which holds a password.
    """
    value = os.environ.get(name, "").strip()
    if not value:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(default),
            "CONN_MAX_AGE": 600,
            # IMMEDIATE: a transaction that will write takes its turn at once instead of failing half-way.
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 30, "init_command": SQLITE_PRAGMAS},
        }
    chinese = "应为 postgres://用户:口令@主机:端口/数据库名"
    english = "must be postgres://user:password@machine:port/database"
    if not value.startswith(("postgres://", "postgresql://")):
        raise _refuse(name, "…", chinese, english)
    try:
        parsed = dj_database_url.parse(value, conn_max_age=600, conn_health_checks=True)
    except ValueError as error:
        raise _refuse(name, "…", chinese, english) from error
    if not parsed.get("NAME"):
        raise _refuse(name, "…", chinese, english)
    # Statements the product marks as coming again and again are kept parsed and planned by the server.
    return {**parsed, "OPTIONS": {**parsed.get("OPTIONS", {}), "prepare_threshold": 5}}
