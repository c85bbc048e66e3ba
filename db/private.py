"""Folders on this host that are one user's alone: mode 0700, refused where another's."""

import hashlib
import os
import stat
import tempfile
from pathlib import Path

from sqlalchemy.engine import Engine

from db.engine import place


def is_private(folder: Path) -> bool:
    """Make a folder that only this user can enter; tell whether it is one."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.lstat()
    except OSError:
        return False
    if os.name == "nt":  # folders of the user are, by the system's own rules
        return True
    return (
        stat.S_ISDIR(status.st_mode)
        and status.st_uid == os.getuid()
        and not stat.S_IMODE(status.st_mode) & 0o077
    )


def cache_folder() -> Path:
    """Give the folder in which this user's programs keep what can be made anew."""
    local = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    try:
        base = Path(local) if local else Path.home() / ".cache"
    except RuntimeError:  # a user without a home
        base = temporary_folder()
    return base / "clientele"


def temporary_folder() -> Path:
    """Give this user's folder among the temporary files."""
    user = os.environ.get("USERNAME", "user") if os.name == "nt" else str(os.getuid())
    return Path(tempfile.gettempdir()) / f"clientele-{user}"


def named_after(engine: Engine) -> str:
    """Give a name for files of a database on a server, unlike that of any other."""
    return f"{engine.url.database}-{digest(place(engine))}".replace("/", "_")


def digest(text: str) -> str:
    """Shorten a text to 16 characters that fit into a file's name."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]
