"""Where web hooks may go. An address is read once, here; its host is resolved and every result judged right before each attempt.

The connection then goes to exactly the result that was judged: a name that answers otherwise a moment later changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import quote, urlsplit

import idna

from kexin.ground.hooks import errors

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolver = Callable[[str, int], list[str]]  # host and port -> addresses, as the system would use them

DEFAULT_PORTS = {"https": 443, "http": 80}
LONGEST = 500
LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
NUMBER = re.compile(r"[0-9]+|0[xX][0-9a-fA-F]*")
# What of IPv4 is not the public internet (IANA's special-purpose registry), and multicast.
RESERVED_4 = tuple(
    IPv4Network(one)
    for one in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
        "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24",
        "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    )
)  # fmt: skip
# Of IPv6 only global unicast is the public internet, without what is set apart inside it: protocol assignments and Teredo,
# documentation, 6to4.
PUBLIC_6 = IPv6Network("2000::/3")
RESERVED_6 = tuple(IPv6Network(one) for one in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "2620:4f:8000::/48", "5f00::/16"))
MAPPED, TRANSLATED = IPv6Network("::ffff:0:0/96"), IPv6Network("64:ff9b::/96")


@dataclass(frozen=True)
class Allowed:
    """What the installation's settings let web hooks reach."""

    http: bool = False
    ports: tuple[int, ...] = (443, 8443)
    networks: tuple[Network, ...] = ()  # private networks of the company's own


@dataclass(frozen=True)
class Target:
    """An address that was read: what is asked of whom."""

    scheme: str
    host: str  # ASCII, as it is resolved and as the certificate must name it
    port: int
    path: str  # with the query

    @property
    def shown_host(self) -> str:
        """As the Host header writes it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"


def networks(texts: Sequence[str]) -> tuple[Network, ...]:
    return tuple(ip_network(text, strict=False) for text in texts)


def read(url: str, allowed: Allowed) -> Target:
    """Read an address as it is registered. Refuses, in words, everything that is not plainly scheme, host, port and path."""
    if len(url) > LONGEST or not url.isprintable() or any(sign in url for sign in " \\<>\"'`{}|^"):
        raise errors.AddressUnreadable
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise errors.AddressUnreadable from None
    scheme = parts.scheme.lower()
    if scheme not in DEFAULT_PORTS or (scheme == "http" and not allowed.http):
        raise errors.SchemeRefused(schemes="https:// / http://" if allowed.http else "https://")
    if "@" in parts.netloc:
        raise errors.PasswordInAddress
    if parts.fragment or "#" in url or not parts.netloc:
        raise errors.AddressUnreadable
    host = _host(parts.hostname or "")
    port = DEFAULT_PORTS[scheme] if port is None else port
    if port not in allowed.ports and not (scheme == "http" and port == DEFAULT_PORTS["http"]):
        raise errors.PortRefused(port=port, ports=", ".join(str(one) for one in allowed.ports))
    literal = _literal(host)
    if literal is not None and not may_go_to(literal, allowed):
        raise errors.AddressPrivate(address=host)
    path = quote(parts.path or "/", safe="/%:@!$&()*+,;=-._~")
    query = quote(parts.query, safe="/%:@!$&()*+,;=-._~?")
    return Target(scheme, host, port, f"{path}?{query}" if query else path)


def _host(text: str) -> str:
    """A host name in ASCII, or an address in its one usual form: 127.1, 0x7f000001, 2130706433 and 0177.0.0.1 are refused."""
    if not text:
        raise errors.HostMissing
    if ":" in text:  # urlsplit lets colons into a host in brackets only
        try:
            return str(IPv6Address(text))
        except ValueError:
            raise errors.HostUnusual(host=text[:60]) from None
    name = text.rstrip(".").lower()
    if NUMBER.fullmatch(name.rpartition(".")[2]):
        try:
            return str(IPv4Address(name))
        except ValueError:
            raise errors.HostUnusual(host=text[:60]) from None
    if not name.isascii():
        try:
            name = idna.encode(name, uts46=True).decode("ascii")
        except idna.IDNAError:
            raise errors.HostUnusual(host=text[:60]) from None
    labels = name.split(".")
    if len(name) > 253 or not all(LABEL.fullmatch(label) for label in labels) or NUMBER.fullmatch(labels[-1]):  # noqa: PLR2004 -- DNS
        raise errors.HostUnusual(host=text[:60])
    return name


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def may_go_to(address: Address, allowed: Allowed) -> bool:
    """Whether one resolved address is the public internet, or in a network the company named as its own."""
    if isinstance(address, IPv6Address):
        inner = _inside(address)
        if inner is not None:
            return may_go_to(inner, allowed)
        if address.scope_id:
            return False
    if any(address.version == network.version and address in network for network in allowed.networks):
        return True
    if isinstance(address, IPv4Address):
        return not any(address in network for network in RESERVED_4)
    return address in PUBLIC_6 and not any(address in network for network in RESERVED_6)


def _inside(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address only wraps: the packets end there. 6to4 and Teredo are refused whole."""
    if address in MAPPED or address in TRANSLATED:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def chosen(target: Target, allowed: Allowed, resolve: Resolver) -> list[str]:
    """The addresses to connect to, in the system's order. One that may not be reached among them, and none is used."""
    literal = _literal(target.host)
    found = [str(literal)] if literal is not None else resolve(target.host, target.port)
    judged: list[str] = []
    for text in dict.fromkeys(found):
        try:
            address = ip_address(text)
        except ValueError:
            raise errors.AddressPrivate(address=text[:60]) from None
        if not may_go_to(address, allowed):
            raise errors.AddressPrivate(address=text[:60])
        judged.append(text)
    return judged
