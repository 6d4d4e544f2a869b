"""环境变量: reads the settings an operator gives through the environment, and says plainly what is wrong with them.

Only reading lives here; what the values mean is decided in settings.py.
"""

import os
import re
import secrets
from collections.abc import Sequence
from ipaddress import ip_network
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
        "经提供 https 并设置 X-Forwarded-Proto 的代理访问时为 `1`；此时 Cookie 只经 https 传送，并告知浏览器只用 https（HSTS）",
        "`1` when the site is reached through a proxy that speaks https and sets X-Forwarded-Proto; then cookies go by https only and browsers are told to use nothing else (HSTS)",
    ),
    "ZHUNSHENG_HSTS_SUBDOMAINS": Words(
        "为 `1` 时 HSTS 也管下属域名；下属域名都用 https 的才设，默认只管本主机名",
        "`1` lets HSTS hold for names below the site's as well; only where all of them speak https. The own name alone by default",
    ),
    "ZHUNSHENG_PROXIES": Words(
        "网站前面有几层代理（各层都须写 X-Forwarded-For）；设了 `ZHUNSHENG_HTTPS` 时默认 `1`，否则 `0`",
        "how many proxies stand before the site, each adding to X-Forwarded-For; `1` with `ZHUNSHENG_HTTPS`, else `0`",
    ),
    "ZHUNSHENG_PASSWORD_LENGTH": Words(
        "口令至少几个字符，默认 `10`",
        "characters a password needs at least; `10`",
    ),
    "ZHUNSHENG_PASSWORD_CLASSES": Words(
        "大写字母、小写字母、数字、其他符号中至少几类，默认 `3`",
        "of capital letters, small letters, figures, other signs: how many classes it needs; `3`",
    ),
    "ZHUNSHENG_PASSWORD_HISTORY": Words(
        "不得重复最近几次用过的口令，默认 `5`，`0` 为不限",
        "how many earlier passwords are barred; `5`, `0` for none",
    ),
    "ZHUNSHENG_PASSWORD_DAYS": Words(
        "口令用满几天须更换，默认 `90`，`0` 为不限",
        "after how many days it has to be changed; `90`, `0` for never",
    ),
    "ZHUNSHENG_LOCK_ACCOUNT": Words(
        "登录失败几次锁定账号，默认 `5`",
        "failed sign-ins that lock an account; `5`",
    ),
    "ZHUNSHENG_LOCK_ADDRESS": Words(
        "登录失败几次锁定网络地址，默认 `50`，`0` 为不锁",
        "failed sign-ins that lock a network address; `50`, `0` for never",
    ),
    "ZHUNSHENG_LOCK_MINUTES": Words(
        "锁定几分钟，默认 `15`",
        "for how many minutes; `15`",
    ),
    "ZHUNSHENG_SESSION_MINUTES": Words(
        "几分钟没有操作即退出，默认 `30`",
        "minutes without activity that end a session; `30`",
    ),
    "ZHUNSHENG_SESSION_HOURS": Words(
        "登录后最长几小时，默认 `12`",
        "hours after signing in that end it at the latest; `12`",
    ),
    "ZHUNSHENG_SECOND_FACTOR": Words(
        "必须启用动态口令的岗位，以逗号分隔：`administrator`、`law:administrator`，全体人员为 `*`；默认没有",
        "roles that need a second factor, parted by commas: `administrator`, `law:administrator`, `*` for everybody; nobody by default",
    ),
    "ZHUNSHENG_PUBLIC_FILE_MB": Words(
        "公开网页收取的一个文件最大多少 MB，默认 `20`", "largest file taken on the public pages, in MB; `20`"
    ),
    "ZHUNSHENG_PUBLIC_FILES": Words("一份表单最多几个文件，默认 `10`", "files taken with one form; `10`"),
    "ZHUNSHENG_PUBLIC_DRAFT_DAYS": Words(
        "公众要求保存的草稿保留几天，默认 `15`；没有要求保存的保留一天",
        "days for which a form is kept that somebody asked to keep; `15`. One nobody asked to keep goes after a day",
    ),
    "ZHUNSHENG_OPENID_ISSUER": Words(
        "统一身份认证（OpenID Connect）的地址；不设则没有",
        "address of the identity provider (OpenID Connect); none without it",
    ),
    "ZHUNSHENG_OPENID_CLIENT": Words("在统一身份认证登记的客户端编号", "the client registered there"),
    "ZHUNSHENG_OPENID_SECRET": Words("客户端的密钥，没有的不设", "its secret, where it has one"),
    "ZHUNSHENG_OPENID_CLAIM": Words(
        "哪一项是本平台的账号，默认 `preferred_username`", "the claim that names the account here; `preferred_username`"
    ),
    "ZHUNSHENG_OPENID_NAME": Words("登录页按钮上的名称，默认 `统一身份认证`", "what the button says; `统一身份认证`"),
    "ZHUNSHENG_KEYS": Words(
        "加密存储的密钥，与 `keys/sealing` 文件的各行相同，以分号隔开；不设则用 `ZHUNSHENG_HOME` 中的该文件",
        "keys of what is kept encrypted: the lines of the file `keys/sealing`, parted by semicolons; without it that file in `ZHUNSHENG_HOME`",
    ),
    "ZHUNSHENG_API_CALLS": Words(
        "接口的每个令牌每分钟最多调用几次，默认 `600`",
        "how often a token may call the API in a minute; `600`",
    ),
    "ZHUNSHENG_AUDIT_HASH": Words(
        "防篡改链的算法：`sha256`（默认）或者 `sm3`（须所用 OpenSSL 支持）；可以改，以前的链节仍按各自的算法核对",
        "algorithm of the chain of the audit: `sha256`, the default, or `sm3` where OpenSSL has it; may be changed, earlier links keep theirs",
    ),
    "ZHUNSHENG_BACKUP_KEY": Words(
        "备份加密所用的密钥文件；不设置就不加密",
        "file with the key backups are encrypted with; without it they are not",
    ),
    "ZHUNSHENG_LOG_DAYS": Words(
        "运行日志保留几天，默认 `365`，不得少于 `184`",
        "for how many days operation logs are kept; `365`, never fewer than `184`",
    ),
    "ZHUNSHENG_CLOCK_SECONDS": Words(
        "本机时钟与数据库服务器最多相差几秒，默认 `60`；超过时 `/healthz` 提示，不自动记载期限届满",
        "by how many seconds this machine's clock may differ from the database server's; `60`. Beyond it `/healthz` says so and no lapse is recorded by itself",
    ),
    "ZHUNSHENG_INSTALLATION": Words(
        "本平台在对外消息和数据包中的名称，小写字母、数字、点和横线，如 `410422.lwr`；默认 `zhunsheng`",
        "what this installation is called in messages and data packages: small letters, figures, dots and dashes, such as `410422.lwr`; `zhunsheng`",
    ),
    "ZHUNSHENG_WEBHOOK_NETWORKS": Words(
        "允许投递消息的内网网段，以逗号分隔，如 `10.1.2.0/24`；默认没有",
        "inner networks messages may be sent to, parted by commas, such as `10.1.2.0/24`; none by default",
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


def boolean(name: str) -> bool:
    """The variable as yes or no: 1/true/yes/on and 0/false/no/off, which it is when not set. Raises ImproperlyConfigured
    for anything else."""
    value = os.environ.get(name, "").strip()
    if value.lower() in {"1", "true", "yes", "on"}:
        return True
    if value.lower() in {"", "0", "false", "no", "off"}:
        return False
    raise _refuse(name, value, "只能填 1 或 0", "must be 1 or 0")


def number(name: str, *, default: int, least: int, most: int) -> int:
    """The variable as a whole number within bounds. Raises ImproperlyConfigured for anything else."""
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    if not (value.isascii() and value.isdecimal() and least <= int(value) <= most):
        raise _refuse(name, value, f"只能填 {least} 到 {most} 的整数", f"must be a whole number from {least} to {most}")
    return int(value)


def choice(name: str, *, default: str, among: Sequence[str]) -> str:
    """The variable as one of a few words. Raises ImproperlyConfigured for anything else."""
    value = os.environ.get(name, "").strip() or default
    if value not in among:
        words = ", ".join(among)
        raise _refuse(name, value, f"只能填 {words} 之一", f"must be one of {words}")
    return value


def names(name: str, *, default: Sequence[str]) -> list[str]:
    """The variable as names parted by commas. Raises ImproperlyConfigured when it is set but holds no name."""
    value = os.environ.get(name)
    if value is None:
        return list(default)
    found = [part.strip() for part in value.split(",") if part.strip()]
    if not found:
        raise _refuse(name, value, "应填写以逗号分隔的名称，不能为空", "must hold names parted by commas")
    return found


def name(variable: str, *, default: str) -> str:
    """The variable as one name of small letters, figures, dots and dashes. Raises ImproperlyConfigured for anything else."""
    value = os.environ.get(variable, "").strip()
    if value and not re.fullmatch(r"[a-z0-9][a-z0-9.-]{0,59}", value):
        raise _refuse(
            variable, value, "只能用小写字母、数字、点和横线", "takes small letters, figures, dots and dashes only"
        )
    return value or default


def networks(name: str) -> list[str]:
    """The variable as networks parted by commas; none when it is not set. Raises ImproperlyConfigured for anything else."""
    found = names(name, default=[])
    for one in found:
        try:
            ip_network(one)
        except ValueError as error:
            raise _refuse(name, one, "应为网段，如 10.1.2.0/24", "must be a network such as 10.1.2.0/24") from error
    return found


def text(name: str, *, default: str = "") -> str:
    """The variable as a text."""
    return os.environ.get(name, "").strip() or default


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
