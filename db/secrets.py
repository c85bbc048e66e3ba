"""Passwords in addresses of databases: found wherever they stand, and never written out."""

import re
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus, unquote

if TYPE_CHECKING:  # commands hide what stands on their line before they load anything
    from sqlalchemy.engine import URL

HIDDEN = "***"
SHORTEST = 4
"""Letters of a secret that is looked for by itself: fewer stand in any sentence."""

HARMLESS = frozenset(
    {
        "application_name", "cache", "channel_binding", "charset", "check_same_thread",
        "client_encoding", "connect_timeout", "gssencmode", "host", "hostaddr", "immutable",
        "isolation_level", "keepalives", "keepalives_count", "keepalives_idle",
        "keepalives_interval", "load_balance_hosts", "mode", "nolock", "port", "sslmode",
        "target_session_attrs", "tcp_user_timeout", "timeout", "uri", "user", "vfs",
    }
)  # fmt: skip
"""Arguments of an address whose values may be shown; any other may hold a password."""

ADDRESS = re.compile(r"(?P<head>[A-Za-z][\w+.-]*://)(?P<rest>[^\s\"'“”<>]+)")
PAIR = re.compile(
    r"(?P<name>\b\w*(?:password|passwd|passphrase|passfile|pwd|secret|token)\w*)"
    r"(?P<sign>\s*=\s*)(?P<value>'[^']*'|\"[^\"]*\"|[^\s&;,'\"]+)",
    re.IGNORECASE,
)


def hide(text: str) -> str:
    """Write a text without the passwords of the addresses in it.

    >>> hide("--db=postgresql+psycopg://me:a:b@c@host/shop?sslmode=on&options=-cx%3Dy")
    '--db=postgresql+psycopg://me:***@host/shop?sslmode=on&options=***'
    >>> hide("sqlite:////data/portal.db?mode=ro"), hide("failed: password='x y' user=me")
    ('sqlite:////data/portal.db?mode=ro', 'failed: password=*** user=me')
    """
    text = ADDRESS.sub(_without_secrets, text)
    return PAIR.sub(lambda pair: f"{pair['name']}{pair['sign']}{HIDDEN}", text)


def hide_of(text: str, url: "URL") -> str:
    """Write a text without what is secret in an address, by itself or within an address."""
    for secret in sorted(secrets_of(url), key=len, reverse=True):
        for written in {secret, quote(secret, safe=""), quote_plus(secret), repr(secret)[1:-1]}:
            text = text.replace(written, HIDDEN)
    return hide(text)


def secrets_of(url: "URL") -> set[str]:
    """Give what must not be shown of an address, where it is long enough to be known again."""
    secrets = {str(url.password or "")}
    if url.host and "@" in url.host:  # a password with an @ that was not written as %40
        secrets.add(url.host.rpartition("@")[0])
    for name, value in url.query.items():
        if name.casefold() not in HARMLESS:
            secrets |= {value} if isinstance(value, str) else set(value)
    secrets |= {
        part.partition("=")[2] for secret in secrets for part in secret.split() if "=" in part
    }
    return {secret for secret in secrets if len(secret) >= SHORTEST}


def shown(url: "URL") -> str:
    """Write an address without what is secret in it."""
    return hide(url.render_as_string(hide_password=False))


def _without_secrets(match: re.Match[str]) -> str:
    login, place_and_query = _login(match["rest"])
    user, colon, _ = login.partition(":")
    place, mark, query = place_and_query.partition("?")
    pairs = "&".join(map(_shown_pair, query.split("&"))) if mark else ""
    hidden = f"{user}{colon}{HIDDEN if colon else ''}@" if login else ""
    return f"{match['head']}{hidden}{place}{mark}{pairs}"


def _login(address: str) -> tuple[str, str]:
    """Split user and password off; a password may hold any letter, written right or not."""
    before, mark, after = address.partition("?")
    is_in_password = mark and "@" in after and "=" not in after.partition("@")[0]
    login, at, place = (address if is_in_password else before).rpartition("@")
    if not at or "/" in login.partition(":")[0]:
        return "", address
    return login, place if is_in_password else f"{place}{mark}{after}"


def _shown_pair(pair: str) -> str:
    name, sign, value = pair.partition("=")
    if not sign or not value or unquote(name).casefold() in HARMLESS:
        return pair
    return f"{name}={HIDDEN}"
