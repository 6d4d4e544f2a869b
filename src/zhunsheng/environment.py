"""环境变量: reads the settings an operator gives through the environment, and says plainly what is wrong with them.

Only reading lives here; what the values mean is decided in settings.py.
"""

import os
import secrets
from collections.abc import Sequence
from pathlib import Path

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

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
    return dict(parsed)
