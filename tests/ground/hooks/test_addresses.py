"""Where web hooks may go: read once, judged at each sending, held to what was judged."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kexin.ground.errors import KexinError
from kexin.ground.hooks import addresses, errors
from kexin.ground.hooks.addresses import Allowed, chosen, may_go_to, read

STRICT = Allowed()
OWN = Allowed(http=True, ports=(443, 8080), networks=(ip_network("10.20.0.0/16"), ip_network("fd00:1::/32")))


@pytest.mark.parametrize(
    ("url", "host", "port", "path"),
    [
        ("https://erp.example.com", "erp.example.com", 443, "/"),
        ("https://ERP.Example.COM./a?b=c", "erp.example.com", 443, "/a?b=c"),
        ("https://erp.example.com:8443/a/b", "erp.example.com", 8443, "/a/b"),
        ("https://客户.中国/收?谁=我", "xn--ubt06m.xn--fiqs8s", 443, "/%E6%94%B6?%E8%B0%81=%E6%88%91"),
        ("https://93.184.216.34/", "93.184.216.34", 443, "/"),
        ("https://[2606:2800:220:1:248:1893:25c8:1946]/", "2606:2800:220:1:248:1893:25c8:1946", 443, "/"),
    ],
)
def test_plain_addresses_are_read(url: str, host: str, port: int, path: str) -> None:
    target = read(url, STRICT)

    assert (target.host, target.port, target.path) == (host, port, path)


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("", errors.SchemeRefused),
        ("erp.example.com/kexin", errors.SchemeRefused),
        ("http://erp.example.com", errors.SchemeRefused),
        ("ftp://erp.example.com", errors.SchemeRefused),
        ("file:///etc/passwd", errors.SchemeRefused),
        ("gopher://127.0.0.1:6379/_x", errors.SchemeRefused),
        ("https://", errors.AddressUnreadable),
        ("https:///kexin", errors.AddressUnreadable),
        ("https://:443/", errors.HostMissing),
        ("https://li:word@erp.example.com/", errors.PasswordInAddress),
        ("https://erp.example.com@127.0.0.1/", errors.PasswordInAddress),
        ("https://erp.example.com#@127.0.0.1/", errors.AddressUnreadable),
        ("https://erp.example.com\\@127.0.0.1/", errors.AddressUnreadable),
        ("https://erp.example.com/ a", errors.AddressUnreadable),
        ("https://erp.example.com/\r\nHost: x", errors.AddressUnreadable),
        ("https://erp.example.com/\t", errors.AddressUnreadable),
        ("https://erp.example.com:0/", errors.PortRefused),
        ("https://erp.example.com:22/", errors.PortRefused),
        ("https://erp.example.com:80/", errors.PortRefused),
        ("https://erp.example.com:99999/", errors.AddressUnreadable),
        ("https://erp.example.com:４４３/", errors.AddressUnreadable),
        ("https://erp..example.com/", errors.HostUnusual),
        ("https://-erp.example.com/", errors.HostUnusual),
        ("https://erp.example.com%00.evil/", errors.HostUnusual),
        ("https://127.1/", errors.HostUnusual),
        ("https://2130706433/", errors.HostUnusual),
        ("https://0x7f000001/", errors.HostUnusual),
        ("https://0x7f.0.0.1/", errors.HostUnusual),
        ("https://0177.0.0.1/", errors.HostUnusual),
        ("https://017700000001/", errors.HostUnusual),
        ("https://127.0.0.1.0x/", errors.HostUnusual),
        ("https://１２７.０.０.１/", errors.HostUnusual),
        ("https://127。0。0。1/", errors.HostUnusual),
        ("https://127.0.0.1/", errors.AddressPrivate),
        ("https://127.0.0.1./", errors.AddressPrivate),
        ("https://169.254.169.254/latest/meta-data/", errors.AddressPrivate),
        ("https://10.0.0.8/", errors.AddressPrivate),
        ("https://192.168.1.1/", errors.AddressPrivate),
        ("https://100.64.0.1/", errors.AddressPrivate),
        ("https://0.0.0.0/", errors.AddressPrivate),
        ("https://255.255.255.255/", errors.AddressPrivate),
        ("https://224.0.0.1/", errors.AddressPrivate),
        ("https://[::1]/", errors.AddressPrivate),
        ("https://[::]/", errors.AddressPrivate),
        ("https://[::ffff:7f00:1]/", errors.AddressPrivate),
        ("https://[::ffff:127.0.0.1]/", errors.AddressPrivate),
        ("https://[::127.0.0.1]/", errors.AddressPrivate),
        ("https://[64:ff9b::7f00:1]/", errors.AddressPrivate),
        ("https://[64:ff9b:1::1]/", errors.AddressPrivate),
        ("https://[2002:7f00:1::]/", errors.AddressPrivate),
        ("https://[2001::1]/", errors.AddressPrivate),
        ("https://[fe80::1]/", errors.AddressPrivate),
        ("https://[fe80::1%25eth0]/", errors.AddressPrivate),
        ("https://[fd00::1]/", errors.AddressPrivate),
        ("https://[fec0::1]/", errors.AddressPrivate),
        ("https://[ff02::1]/", errors.AddressPrivate),
        ("https://[2001:db8::1]/", errors.AddressPrivate),
        ("https://" + "a" * 600 + ".com/", errors.AddressUnreadable),
    ],
)
def test_everything_else_is_refused_in_words(url: str, error: type[KexinError]) -> None:
    with pytest.raises(errors.AddressRefused) as told:
        read(url, STRICT)

    assert type(told.value) is error, told.value.sentence()
    assert told.value.sentence()


def test_a_company_names_its_own_networks_and_nothing_else_opens() -> None:
    assert read("http://10.20.3.4:8080/x", OWN).shown_host == "10.20.3.4:8080"
    assert read("http://10.20.3.4/x", OWN).port == 80
    assert may_go_to(ip_address("fd00:1::9"), OWN)
    assert may_go_to(ip_address("::ffff:10.20.3.4"), OWN), "written otherwise it is the same machine"
    for other in ("10.21.0.1", "127.0.0.1", "169.254.169.254", "fd00:2::1", "::ffff:127.0.0.1"):
        assert not may_go_to(ip_address(other), OWN), other


def test_a_name_that_resolves_to_several_is_refused_when_one_is_private() -> None:
    target = read("https://erp.example.com/", STRICT)

    assert chosen(target, STRICT, lambda _h, _p: ["93.184.216.34", "2606:2800:220:1::1"]) == ["93.184.216.34", "2606:2800:220:1::1"]
    for private in ("127.0.0.1", "169.254.169.254", "::1", "::ffff:10.0.0.1", "fe80::1%eth0", "not an address"):
        with pytest.raises(errors.AddressPrivate):
            chosen(target, STRICT, lambda _h, _p, private=private: ["93.184.216.34", private])


@given(st.ip_addresses(v=4))
def test_every_way_to_wrap_an_address_is_judged_like_the_address(inner: IPv4Address) -> None:
    number = int(inner)
    for prefix in (0xFFFF << 32, 0x0064FF9B << 96):
        assert may_go_to(IPv6Address(prefix | number), STRICT) == may_go_to(inner, STRICT)
    assert not may_go_to(IPv6Address(number), STRICT)
    assert not may_go_to(IPv6Address((0x2002 << 112) | (number << 80)), STRICT)


@given(st.ip_addresses())
def test_what_python_calls_private_is_never_reached(address: addresses.Address) -> None:
    if may_go_to(address, STRICT) and not (isinstance(address, IPv6Address) and address in addresses.TRANSLATED):
        plain = address.ipv4_mapped if isinstance(address, IPv6Address) and address.ipv4_mapped else address
        assert plain.is_global
        assert not plain.is_multicast
        assert not plain.is_private


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    for url in (text, f"https://{text}", f"https://{text}/", f"https://[{text}]/", f"https://example.com:{text}/"):
        try:
            target = read(url, STRICT)
        except errors.AddressRefused:
            continue
        assert target.scheme == "https"
        assert target.host.isascii()
        assert "@" not in target.host
        assert target.path.isascii()
        assert target.path.startswith("/")
