"""
Addresses: which hosts on a network the service may be sent to by those who use it.

A name is resolved once, every address that it stands for is judged, and the connection
goes to the one that was judged: a name that means another host a moment later changes
nothing.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from lotwright.errors import LotwrightError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

#: Finds the addresses of a host at a port.
Resolver = Callable[[str, int], Sequence[str]]

#: Longest address that is read.
_LONGEST = 2_000

#: Ports that need no permission.
_PORTS = {"https": (443, 8443), "http": ()}
_DEFAULT_PORTS = {"https": 443, "http": 80}

_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")

#: What looks like a number in any notation that a resolver may read as an address.
_NUMBER = re.compile(r"0x[0-9a-f]*|[0-9]+")

#: Blocks of IPv6 in which an address of IPv4 is hidden.
_HIDING = tuple(
    map(
        ipaddress.IPv6Network,
        ("::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48"),
    )
)

#: Blocks that are not of the public network, beyond those that the library knows.
_CLOSED = tuple(
    ipaddress.ip_network(block)
    for block in (
        "100.64.0.0/10",
        "192.0.0.0/24",
        "192.88.99.0/24",
        "198.18.0.0/15",
        "fec0::/10",
    )
)


class AddressError(LotwrightError):
    """
    The service does not go to an address; says why.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """
    Where a request goes, after the address was judged.

    Parameters
    ----------
    scheme, host, port, target
        Parts of the address; the target is path and query.
    address
        The one that the connection is made to.
    """

    scheme: str
    host: str
    port: int
    target: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowedHosts:
    """
    Hosts that an operator allows though they are not on the public network.

    Parameters
    ----------
    names
        Names or addresses with the port that is meant, None where any is.
    """

    names: frozenset[tuple[str, int | None]] = frozenset()

    @classmethod
    def of(cls, text: str) -> AllowedHosts:
        """
        Returns the hosts of a setting, such as ``hooks.local:8080, 10.0.0.7``.

        Raises
        ------
        ValueError
            When a part of it is no host.
        """
        parts = [part.strip() for part in text.split(",") if part.strip()]

        return cls(names=frozenset(map(_host_and_port, parts)))

    def has(self, host: str, port: int) -> bool:
        """
        Returns whether a host is allowed at a port.
        """
        return (host, None) in self.names or (host, port) in self.names


def judged(
    url: str, allowed: AllowedHosts, *, resolve: Resolver | None = None
) -> Destination:
    """
    Returns where a request to an address goes.

    Parameters
    ----------
    url
        The address.
    allowed
        Hosts that may be anywhere, at any port, and without TLS.
    resolve
        Finds addresses of hosts; the system does, when left out.

    Raises
    ------
    AddressError
        When it is none that the service goes to.
    """
    scheme, host, port, target = _parts(url)
    is_allowed = allowed.has(host, port)

    if not is_allowed:
        _refuse_unusual(scheme, host, port)

    found = _resolved(host, port, resolve or system_resolver)

    if not is_allowed:
        for address in found:
            _refuse_closed(host, address)

    return Destination(
        scheme=scheme, host=host, port=port, target=target, address=str(found[0])
    )


def is_public(address: Address) -> bool:
    """
    Returns whether an address is one of the public network.
    """
    if isinstance(address, ipaddress.IPv6Address):
        if any(address in block for block in _HIDING):
            return False

        if address.sixtofour is not None or address.teredo is not None:
            return False

    return (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and not address.is_unspecified
        and not any(address in block for block in _CLOSED)
    )


def system_resolver(host: str, port: int) -> Sequence[str]:
    """
    Returns the addresses of a host, as the system finds them.

    Raises
    ------
    AddressError
        When it finds none.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        msg = f"The host {host} is not known."
        raise AddressError(msg) from error

    return [str(each[4][0]) for each in found]


def _parts(url: str) -> tuple[str, str, int, str]:
    """
    Returns scheme, host, port and target of an address that is plainly written.
    """
    if len(url) > _LONGEST or not url.isascii() or re.search(r"[\x00-\x20\x7f\\]", url):
        msg = (
            "Expected an address of at most 2000 plain characters: no blanks, no "
            "backslashes; write other letters as IDNA and %XX."
        )
        raise AddressError(msg)

    try:
        split = urlsplit(url)
        port = split.port
    except ValueError:
        msg = "Expected an address such as https://example.com/path."
        raise AddressError(msg) from None

    scheme = split.scheme.lower()

    if scheme not in _DEFAULT_PORTS or not split.hostname:
        msg = "Expected an address that begins with https:// and a host."
        raise AddressError(msg)

    if "@" in split.netloc:
        msg = "Expected an address without user and password: they would be told on."
        raise AddressError(msg)

    if split.fragment or "#" in url:
        msg = "Expected an address without #: nobody would be sent what follows it."
        raise AddressError(msg)

    host = _plain_host(split.hostname)
    target = (split.path or "/") + (f"?{split.query}" if split.query else "")

    return scheme, host, _DEFAULT_PORTS[scheme] if port is None else port, target


def _plain_host(host: str) -> str:
    """
    Returns a host that is a name or an address in its usual notation.
    """
    lower = host.lower().removesuffix(".")

    if "%" not in lower and _literal(lower) is not None:
        return lower

    labels = lower.split(".")

    # Resolvers read 0x7f.1, 2130706433 and 0177.0.0.1 as addresses.
    if _NUMBER.fullmatch(labels[-1]):
        msg = f"Expected an address such as 192.0.2.1 in its usual notation: {host}."
        raise AddressError(msg)

    if len(lower) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        msg = f"{host} is not the name of a host."
        raise AddressError(msg)

    return lower


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _refuse_unusual(scheme: str, host: str, port: int) -> None:
    if scheme != "https":
        msg = f"Expected https: what goes to {host} could be read on its way."
        raise AddressError(msg)

    if port not in _PORTS[scheme]:
        known = " or ".join(map(str, _PORTS[scheme]))
        msg = f"Expected the port {known}, got {port}: an operator can allow others."
        raise AddressError(msg)


def _resolved(host: str, port: int, resolve: Resolver) -> Sequence[Address]:
    literal = _literal(host)

    if literal is not None:
        return [literal]

    # An interface may follow an address of IPv6; none that is public needs one.
    found = [_literal(each) for each in resolve(host, port)]
    addresses = [each for each in found if each is not None]

    if not addresses or len(addresses) < len(found):
        msg = f"The host {host} has no address that can be used."
        raise AddressError(msg)

    return addresses


def _refuse_closed(host: str, address: Address) -> None:
    if not is_public(address):
        msg = (
            f"{host} is not on the public network: an operator can allow it by "
            "LOTWRIGHT_ALLOW_HOSTS."
        )
        raise AddressError(msg)


def _host_and_port(text: str) -> tuple[str, int | None]:
    try:
        split = urlsplit(f"//{text}")
        host, port = split.hostname, split.port
    except ValueError:
        host, port = None, None

    if not host or "/" in text or "@" in text:
        msg = f"Expected a host such as hooks.local:8080, got {text!r}."
        raise ValueError(msg)

    return host, port
