"""The database that the tests of a run have copies of. Only making it, copying it and taking it away live here; tests do not import this.

A process of its own migrates it while the tests are collected: migrating takes longer than most files of tests, and each worker of
pytest-xdist needs a database of its own.

    python -m tests.migrated          as a run begins
    python -m tests.migrated drop     as it ends, on a server that goes on
"""

import fcntl
import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from django.db import connection

ROOT = Path(__file__).parents[1]


def _file(name: str) -> Path:
    return Path(os.environ["ZHUNSHENG_HOME"], name)


def begin(stack: ExitStack) -> None:
    """Have the database migrated; whoever wants a copy waits for the lock that the process holds to its end. On a server that goes on
    the stack takes the database away; all else goes with the folders of the run."""
    with _file("migrating.lock").open("w") as lock, _file("migrating.log").open("w") as log:
        fcntl.flock(lock, fcntl.LOCK_EX)
        command = [sys.executable, "-m", "tests.migrated"]
        if "ZHUNSHENG_TEST_DATABASE_URL" in os.environ:
            stack.callback(subprocess.run, [*command, "drop"], cwd=ROOT, check=True)
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, pass_fds=[lock.fileno()])
        stack.callback(process.wait)
        stack.callback(process.terminate)  # where nobody has waited for it, as when tests are only listed


def take_copy(suffix: str) -> str:
    """Use a copy of the migrated database from now on; returns the name of the database used before.
    Raises RuntimeError with what migrating said when it failed."""
    with _file("migrating.lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
    if not _file("migrated").exists():
        raise RuntimeError(
            f"测试数据库迁移失败。 The database of the tests could not be migrated.\n{_file('migrating.log').read_text()}"
        )
    before = str(connection.settings_dict["NAME"])
    connection.settings_dict["NAME"] = _file("migrated").read_text()
    with _file("copying.lock").open("w") as lock:  # PostgreSQL copies for one at a time
        fcntl.flock(lock, fcntl.LOCK_EX)
        connection.creation.clone_test_db(suffix, verbosity=0)
    connection.settings_dict["NAME"] = connection.creation.get_test_db_clone_settings(suffix)["NAME"]
    return before


def main() -> None:
    import django

    django.setup()
    if connection.vendor == "sqlite":
        # A file, as in use: a database in memory fails at once where a file waits until a browser's last request is done.
        connection.settings_dict["TEST"]["NAME"] = str(_file("tests.sqlite3"))
    if sys.argv[1:] == ["drop"]:
        if _file("migrated").exists():  # what was broken off is taken for its own by the next run
            before = str(connection.settings_dict["NAME"])
            connection.settings_dict["NAME"] = _file("migrated").read_text()
            connection.creation.destroy_test_db(before, verbosity=0)
    else:
        name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        connection.close()
        _file("migrated").write_text(name)


if __name__ == "__main__":
    main()
