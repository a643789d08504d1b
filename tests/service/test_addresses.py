"""
Tests of addresses: what the service is never sent to.
"""

from __future__ import annotations

import pytest

from lotwright.service.addresses import (
    AddressError,
    AllowedHosts,
    Destination,
    judged,
)

#: An address of the public network.
_PUBLIC = "93.184.215.14"

_NOBODY = AllowedHosts()

#: Forms that lead, in one reader or another, to places that are none of a webhook's.
_REFUSED = [
    "http://example.com/",
    "ftp://example.com/",
    "file:///etc/passwd",
    "gopher://example.com/",
    "//example.com/",
    "example.com",
    "https://",
    "https:///path",
    "https://user:secret@example.com/",
    "https://example.com@127.0.0.1/",
    "https://example.com:22/",
    "https://example.com:8080/",
    "https://example.com:99999/",
    "https://example.com/#fragment",
    "https://example.com\\@127.0.0.1/",
    "https://exa mple.com/",
    "https://example.com/\r\nHost: other",
    "https://127.0.0.1/",
    "https://127.1/",
    "https://127.0.0.1./",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.0x0.0x0.0x1/",
    "https://0177.0.0.1/",
    "https://017700000001/",
    "https://0/",
    "https://0.0.0.0/",
    "https://10.0.0.1/",
    "https://172.16.0.1/",
    "https://192.168.1.1/",
    "https://100.64.0.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://192.0.0.192/",
    "https://198.18.0.1/",
    "https://224.0.0.1/",
    "https://255.255.255.255/",
    "https://[::1]/",
    "https://[::]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[::127.0.0.1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[64:ff9b:1::a00:1]/",
    "https://[2002:7f00:1::]/",
    "https://[2001:0:7f00:1::]/",
    "https://[fe80::1]/",
    "https://[fe80::1%25eth0]/",
    "https://[fc00::1]/",
    "https://[fec0::1]/",
    "https://[ff02::1]/",
    "https://[127.0.0.1]/",
    "https://localhost/",
    "https://localhost.localdomain/",
    "https://metadata.internal/",
    "https://both.example/",
    "https://mapped.example/",
    "https://odd_name.example/",
    "https://-odd.example/",
    "https://ⓔxample.com/",
    "https://example.com。evil/",
    "https://1.2.3.4.5/",
    "https://example.com/" + "a" * 2_000,
]

#: What names mean in these tests.
_NAMES = {
    "example.com": [_PUBLIC],
    "localhost": ["127.0.0.1", "::1"],
    "localhost.localdomain": ["127.0.0.1"],
    "metadata.internal": ["169.254.169.254"],
    "both.example": [_PUBLIC, "10.0.0.1"],
    "mapped.example": ["::ffff:10.0.0.1"],
}


def _resolve(host: str, _port: int) -> list[str]:
    return _NAMES.get(host, [_PUBLIC])


@pytest.mark.parametrize("url", _REFUSED)
def test_forms_that_lead_elsewhere_are_refused(url: str) -> None:
    """
    Tests every form that has led somebody else's service to where it should not go.
    """
    with pytest.raises(AddressError):
        judged(url, _NOBODY, resolve=_resolve)


@pytest.mark.parametrize(
    ("url", "port", "target"),
    [
        ("https://example.com", 443, "/"),
        ("https://EXAMPLE.com./hook?a=b", 443, "/hook?a=b"),
        ("https://example.com:8443/hook", 8443, "/hook"),
    ],
)
def test_plain_addresses_are_good(url: str, port: int, target: str) -> None:
    """
    Tests that an ordinary address is pinned to what its name means.
    """
    expected = Destination(
        scheme="https", host="example.com", port=port, target=target, address=_PUBLIC
    )

    assert expected == judged(url, _NOBODY, resolve=_resolve)


def test_a_name_is_asked_once() -> None:
    """
    Tests that a name that means another host a moment later leads to the one that was
    judged.
    """
    answers = [[_PUBLIC], ["127.0.0.1"]]

    def rebinding(_host: str, _port: int) -> list[str]:
        return answers.pop(0)

    found = judged("https://rebind.example/", _NOBODY, resolve=rebinding)

    assert _PUBLIC == found.address
    assert [["127.0.0.1"]] == answers


@pytest.mark.parametrize("answer", [[], ["no address"], ["fe80::1%eth0", _PUBLIC]])
def test_names_without_plain_addresses_are_refused(answer: list[str]) -> None:
    """
    Tests that what a resolver answers is judged as a whole.
    """
    with pytest.raises(AddressError):
        judged("https://example.com/", _NOBODY, resolve=lambda *_: answer)


@pytest.mark.parametrize(
    ("url", "is_good"),
    [
        ("http://hooks.local:8080/x", True),
        ("https://hooks.local:8080/x", True),
        ("http://hooks.local/x", False),
        ("http://10.0.0.7/x", True),
        ("https://10.0.0.7:9999/x", True),
        ("https://10.0.0.8/x", False),
        ("http://[fd00::7]:81/x", True),
        ("http://user@10.0.0.7/x", False),
    ],
)
def test_operators_allow_hosts(url: str, is_good: bool) -> None:
    """
    Tests that hosts which an operator names may be anywhere, and others may not.
    """
    allowed = AllowedHosts.of("hooks.local:8080, 10.0.0.7, [fd00::7]:81")

    def resolve(_host: str, _port: int) -> list[str]:
        return ["10.1.2.3"]

    if is_good:
        assert judged(url, allowed, resolve=resolve).target == "/x"
        return

    with pytest.raises(AddressError):
        judged(url, allowed, resolve=resolve)


@pytest.mark.parametrize("text", ["http://x", "a/b", "x:port", "user@x", ":80"])
def test_what_is_no_host_is_not_allowed(text: str) -> None:
    """
    Tests that a setting that makes no sense is refused.
    """
    with pytest.raises(ValueError, match="Expected a host"):
        AllowedHosts.of(text)
