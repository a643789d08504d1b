"""
Tests of what stands around pages: sessions, forgery, scopes, other tenants, files.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from importlib.resources import files
from pathlib import Path

import httpx
import pytest

from lotwright.service.api.access import COOKIE
from lotwright.service.pages.files import address_of
from lotwright.service.pages.frame import within
from lotwright.service.store.tenants import Scope
from tests.service.pages.conftest import PASSWORD, Shop

_ADMIN_PAGES = ("keys", "people", "audit")


def _token(client: httpx.Client) -> str:
    found = re.search(r'name="csrf-token" content="([0-9a-f]{64})"', _text(client))
    assert found

    return found[1]


def _text(client: httpx.Client, path: str = "/ui/settings") -> str:
    found = client.get(path)
    assert 200 == found.status_code, found.text

    return found.text


def test_a_person_signs_in(shop: Shop) -> None:
    """
    Tests the form: a wrong password is told on a page, a right one leads on, with a
    cookie that scripts cannot read.
    """
    with httpx.Client(base_url=shop.service.url) as client:
        form = {"tenant": shop.name, "name": "visitor read", "goes_on": "/ui/runs"}
        shop.visitor(Scope.READ).close()
        wrong = client.post("/ui/sign-in", data={**form, "password": "wrong"})
        right = client.post("/ui/sign-in", data={**form, "password": PASSWORD})

        assert (401, True) == (wrong.status_code, "do not go together" in wrong.text)
        assert (303, "/ui/runs") == (right.status_code, right.headers["location"])
        cookie = right.headers["set-cookie"].lower()
        assert all(word in cookie for word in ("httponly", "samesite=lax", "path=/"))
        assert 200 == client.get("/ui/runs").status_code


def test_a_key_signs_in(shop: Shop) -> None:
    """
    Tests that a session of a key may do what the key may, and no more.
    """
    with shop.service.client(shop.tenant, Scope.READ) as program:
        key = program.headers["Authorization"].removeprefix("Bearer ")

    with httpx.Client(base_url=shop.service.url) as client:
        assert 401 == client.post("/ui/sign-in", data={"key": key[:-1]}).status_code
        assert 303 == client.post("/ui/sign-in", data={"key": key}).status_code
        me = client.get("/v1/me").json()
        assert ["read"] == me["scopes"]
        assert 403 == client.get("/ui/settings/keys").status_code


def test_keys_are_not_guessed_by_the_form(shop: Shop) -> None:
    """
    Tests that a key that failed ten times has to wait at the form, even once it is
    right, and that its tenant finds in the audit who tried.
    """
    with shop.service.client(shop.tenant, Scope.READ) as program:
        key = program.headers["Authorization"].removeprefix("Bearer ")

    wrong = {"key": key[:-1] + ("A" if key[-1] != "A" else "B")}

    with httpx.Client(base_url=shop.service.url) as client:
        failed = [client.post("/ui/sign-in", data=wrong).status_code for _ in range(10)]
        late = client.post("/ui/sign-in", data={"key": key})

    assert [401] * 10 == failed
    assert (429, True) == (late.status_code, "retry-after" in late.headers)

    with shop.visitor(*Scope) as admin:
        audit = _text(admin, "/ui/settings/audit")

    assert f"key:{key.split('_')[1]}" in audit
    assert 10 <= audit.count("refused")


def test_a_wrong_password_is_in_the_audit(shop: Shop) -> None:
    """
    Tests that a tenant finds who did not get in, and under which name.
    """
    form = {"tenant": shop.name, "name": "nobody of ours", "password": "wrong"}

    with httpx.Client(base_url=shop.service.url) as client:
        assert 401 == client.post("/ui/sign-in", data=form).status_code

    with shop.visitor(*Scope) as admin:
        assert "person/nobody of ours" in _text(admin, "/ui/settings/audit")


def test_only_publishers_publish(shop: Shop) -> None:
    """
    Tests that others see why they cannot, and no form.
    """
    path = f"/ui/runs/{shop.run}/publish"

    with shop.visitor(Scope.READ, Scope.RUN) as client:
        page = _text(client, path)

    assert "You cannot publish" in page
    assert 'id="publish"' not in page

    with shop.visitor(*Scope) as client:
        assert 'id="publish"' in _text(client, path)


def test_connections_are_changed_by_those_who_may(shop: Shop) -> None:
    """
    Tests that readers find no button that would be refused, and nobody the address.
    """
    path = f"/ui/connections/{shop.connection}"

    with shop.visitor(Scope.READ) as reader, shop.visitor(*Scope) as admin:
        for client, is_there in ((reader, False), (admin, True)):
            page = _text(client, path)
            found = [f'id="{name}"' in page for name in ("pull", "disconnect", "ends")]
            assert [is_there] * 3 == found
            listed = _text(client, "/ui/connections")
            assert is_there == ('id="new-connection"' in listed)


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_no_other_site_signs_somebody_in(shop: Shop, headers: dict[str, str]) -> None:
    """
    Tests that the form is taken from our own page only.
    """
    with httpx.Client(base_url=shop.service.url) as client:
        found = client.post("/ui/sign-in", data={"key": "lw_"}, headers=headers)

    assert 403 == found.status_code


def test_pages_need_a_session(shop: Shop) -> None:
    """
    Tests that nobody sees a page without signing in, and comes back to it afterwards.
    """
    with httpx.Client(base_url=shop.service.url) as client:
        found = client.get(f"/ui/runs/{shop.run}?x=1")
        part = client.get("/ui/runs", headers={"HX-Request": "true"})

        assert 303 == found.status_code
        assert (
            f"/ui/sign-in?next=%2Fui%2Fruns%2F{shop.run}%3Fx%3D1"
            == (found.headers["location"])
        )
        assert (401, "/ui/sign-in?next=%2Fui%2Fruns") == (
            part.status_code,
            part.headers["hx-redirect"],
        )


@pytest.mark.parametrize(
    "path", ["//evil.example", "https://evil.example", "/v1/me", "/ui//x", "/ui\\x", ""]
)
def test_nobody_is_sent_elsewhere(path: str) -> None:
    """
    Tests that signing in leads to our own pages only.
    """
    assert "/ui" == within(path)


def test_changes_need_a_token_of_the_session(shop: Shop) -> None:
    """
    Tests that a cookie alone changes nothing, by the API or by a form, and neither does
    the token of another session.
    """
    with shop.visitor(*Scope) as client, shop.visitor(*Scope) as another:
        own, foreign = _token(client), _token(another)
        body = {"name": "forged"}

        for headers in ({}, {"X-CSRF-Token": foreign}, {"X-CSRF-Token": "x"}):
            found = client.post("/v1/datasets", json=body, headers=headers)
            assert (403, "csrf") == (found.status_code, found.json()["code"])

        for form in ({}, {"csrf": foreign}):
            data = {"name": "forged", "scope": "read", **form}
            assert 403 == client.post("/ui/settings/keys", data=data).status_code
            assert 403 == client.post("/ui/sign-out", data=form).status_code

        assert "forged" not in _text(client, "/ui/datasets")
        made = client.post(
            "/v1/datasets", json={"name": "own"}, headers={"X-CSRF-Token": own}
        )
        assert 201 == made.status_code
        assert 303 == client.post("/ui/sign-out", data={"csrf": own}).status_code
        assert 303 == client.get("/ui").status_code


def test_a_session_that_was_left_is_over(shop: Shop) -> None:
    """
    Tests that signing out ends the session itself, not only the browser's cookie.
    """
    with shop.visitor(Scope.READ) as client:
        cookie = client.cookies[COOKIE]
        client.post("/ui/sign-out", data={"csrf": _token(client)})

    with httpx.Client(base_url=shop.service.url, cookies={COOKIE: cookie}) as thief:
        assert 401 == thief.get("/v1/me").status_code


def test_pages_of_admins_are_theirs(shop: Shop) -> None:
    """
    Tests that others neither see nor use what manages access.
    """
    others = [scope for scope in Scope if scope is not Scope.ADMIN]

    with shop.visitor(*others) as client:
        token = {"csrf": _token(client)}

        for name in _ADMIN_PAGES:
            assert 403 == client.get(f"/ui/settings/{name}").status_code

        form = {**token, "name": "x", "scope": "read"}
        for path in ("keys", "people", "keys/x/revoke", f"people/{shop.person}/end"):
            found = client.post(f"/ui/settings/{path}", data=form)
            assert 403 == found.status_code

        assert "/ui/settings/keys" not in _text(client)


def test_nobody_gives_more_than_they_have(shop: Shop) -> None:
    """
    Tests that an administrator lets nobody in for what they may not do themselves.
    """
    with shop.visitor(Scope.READ, Scope.ADMIN) as client:
        form = {"csrf": _token(client), "name": "more", "scope": ["read", "publish"]}

        for path in ("/ui/settings/keys", "/ui/settings/people"):
            assert 403 == client.post(path, data=form).status_code


def test_keys_and_people_come_and_go(shop: Shop) -> None:
    """
    Tests that secrets are shown once, work, and end.
    """
    with shop.visitor(*Scope) as client:
        token = {"csrf": _token(client)}
        form = {**token, "name": "script", "scope": ["read"], "days": ""}
        made = client.post("/ui/settings/keys", data=form)
        found = re.search(r'id="made">(lw_(\w{8})_[^<]+)<', made.text)
        assert found
        headers = {"Authorization": f"Bearer {found[1]}"}
        assert 200 == httpx.get(f"{client.base_url}/v1/me", headers=headers).status_code
        assert found[1] not in _text(client, "/ui/settings/keys")
        client.post(f"/ui/settings/keys/{found[2]}/revoke", data=token)
        assert 401 == httpx.get(f"{client.base_url}/v1/me", headers=headers).status_code

        form = {**token, "name": "bert", "scope": ["read"]}
        let_in = client.post("/ui/settings/people", data=form)
        password = re.search(r'id="made">([^<]+)<', let_in.text)
        assert password
        twice = client.post("/ui/settings/people", data=form)
        assert (409, True) == (twice.status_code, "another name" in twice.text)
        audit = _text(client, "/ui/settings/audit?check=true")
        assert "The chain holds" in audit
        assert "person/bert" in audit


@pytest.mark.parametrize(
    "path",
    [
        "/ui/datasets/{dataset}",
        "/ui/datasets/{dataset}/versions/{version}",
        "/ui/runs/{run}",
        "/ui/runs/{run}/log",
        "/ui/runs/{run}/publish",
        "/ui/connections/{connection}",
    ],
)
def test_pages_of_others_do_not_exist(shop: Shop, path: str) -> None:
    """
    Tests that things of another tenant look like things that nobody has.
    """
    names = {
        "dataset": shop.dataset,
        "version": shop.version,
        "run": shop.run,
        "connection": shop.connection,
    }
    nothing = {name: f"{value[:2]}{'0' * 20}" for name, value in names.items()}
    tenant = shop.service.tenant(f"stranger to {path}")

    with shop.service.client(tenant) as program:
        key = program.headers["Authorization"].removeprefix("Bearer ")

    with httpx.Client(base_url=shop.service.url) as client:
        client.post("/ui/sign-in", data={"key": key})
        found = client.get(path.format(**names))
        expected = client.get(path.format(**nothing))

    assert (404, 404) == (found.status_code, expected.status_code)
    assert expected.text == found.text


def test_pages_let_nothing_in_from_elsewhere(shop: Shop) -> None:
    """
    Tests the policy that pages give to browsers.
    """
    with shop.visitor(Scope.READ) as client:
        policy = client.get("/ui").headers["content-security-policy"]
        missing = client.get("/ui/nothing")

    assert "default-src 'self'" in policy
    assert "script-src" not in policy
    assert "'unsafe-eval'" not in policy
    assert "frame-ancestors 'none'" in policy
    assert (404, True) == (missing.status_code, "There is nothing" in missing.text)


def test_files_are_kept_for_good(shop: Shop) -> None:
    """
    Tests that files come under the hash of their content, and under no other.
    """
    address = address_of("app.js")

    with httpx.Client(base_url=shop.service.url) as client:
        found = client.get(address)
        plain = client.get(address, headers={"Accept-Encoding": "identity"})
        other = client.get("/ui/static/0000000000000000/app.js")
        outside = client.get(address.replace("app.js", "..%2Fframe.py"))

    assert "immutable" in found.headers["cache-control"]
    assert plain.content == found.content
    assert (404, 404) == (other.status_code, outside.status_code)


@pytest.mark.parametrize(
    "folder",
    [
        Path(str(files("lotwright.service.pages"))) / "static" / "vendor",
        Path(str(files("lotwright.plot"))) / "vendor",
        Path(__file__).parents[2] / "vendor",
    ],
)
def test_libraries_are_as_they_came(folder: Path) -> None:
    """
    Tests that files of others are those that the list names, each with its licence.
    """
    listed = tomllib.loads((folder / "vendor.toml").read_text(encoding="utf-8"))
    licences = {each["licence_file"] for each in listed.values()}

    assert {"vendor.toml", *listed, *licences} == {
        file.name for file in folder.iterdir()
    }
    for name, each in listed.items():
        content = (folder / name).read_bytes()
        assert each["sha256"] == hashlib.sha256(content).hexdigest()
        assert all(each[word] for word in ("package", "version", "licence"))
