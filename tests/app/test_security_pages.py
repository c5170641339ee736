"""What every page and answer keeps to: headers, no script or style of its own, tokens in forms, no value in an address."""
# ruff: noqa: F811

from __future__ import annotations

import io
import logging
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import include, path
from tests.app.gate_world import NUMBER, WORD, addresses, ids, says  # noqa: F401

from handrail.app.accounts.access import roles, viewer
from handrail.app.accounts.models import Membership
from handrail.app.headers import MOST_BYTES
from handrail.app.logs import OneLine, Server

pytestmark = pytest.mark.django_db
Ids = dict[str, list[str]]
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "manifest-src": "'self'",
}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
ENTRANCE = ("/accounts/login/", "/accounts/logout/", "/accounts/password/change/", "/accounts/2fa/", "/accounts/join")


class Read(HTMLParser):
    """What in a page could run, load or lead somewhere, and the forms that post."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.wrong: list[str] = []
        self.leads: list[str] = []
        self.forms: list[bool] = []
        self._is_code = self._is_posting = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self._is_code = tag == "script" and told.get("type") != "application/json"
        if tag == "style" or "style" in told or (self._is_code and "src" not in told):
            self.wrong.append(self.get_starttag_text() or tag)
        for name, value in attrs:
            if name.startswith(("on", "hx-on")) or (value or "").strip().lower().startswith("javascript:"):
                self.wrong.append(f"{tag} {name}")
            if name in ("src", "href", "action", "formaction", "hx-get", "hx-post", "data", "poster"):
                self.leads.append(value or "")
                if re.match(r"(https?:)?//", value or "") and (tag != "a" or name != "href"):
                    self.wrong.append(f"{tag} {name}={value}")
        if tag == "form":
            self._is_posting = (told.get("method") or "").lower() == "post"
            if self._is_posting:
                self.forms.append(False)
        if tag == "input" and told.get("name") == "csrfmiddlewaretoken" and self.forms and self._is_posting:
            self.forms[-1] = True

    def handle_data(self, data: str) -> None:
        if self._is_code and data.strip():
            self.wrong.append("script of its own")

    def handle_endtag(self, _tag: str) -> None:
        self._is_code = False


@pytest.fixture
def anybody(cast: Any) -> Client:
    """Somebody of Prairie with every role at once."""
    held = cast.member("counselor")
    Membership.objects.filter(pk=held.pk).update(roles=list(roles()))
    client: Client = cast.client("counselor")
    client.raise_request_exception = False
    return client


def faults_of(page: Any) -> list[str]:
    wrong = [f"{name}: {page.get(name)}" for name, value in HEADERS.items() if value not in page.get(name, "")]
    told = dict(part.strip().split(" ", 1) for part in page["Content-Security-Policy"].split(";"))
    return wrong + ([str(told)] if told != POLICY else [])


def test_every_page_is_safe_in_headers_scripts_forms_and_addresses_and_nothing_is_kept_outside(
    ids: Ids, anybody: Client, settings: Any
) -> None:
    """One walk for all of it: every log at DEBUG, with the statements of the database."""
    out, root = io.StringIO(), logging.getLogger()
    handler, before = logging.StreamHandler(out), root.level
    handler.setFormatter(OneLine())
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    settings.DEBUG_PROPAGATE_EXCEPTIONS = False
    wrong: list[tuple[str, object]] = []
    pages = [address for one in addresses() for address in one.filled(ids)]
    try:
        for address in [*dict.fromkeys(pages), *ENTRANCE, "/people/nobody/", "/nothing-here"]:
            page = anybody.get(address)
            told = says(page)
            wrong += [(address, fault) for fault in faults_of(page)]
            if page.status_code >= 500:
                wrong.append((address, page.status_code))
            if "text/html" in page.get("Content-Type", ""):
                read = Read(told)
                wrong += [(address, fault) for fault in read.wrong]
                wrong += [(address, lead) for lead in read.leads if WORD in lead or NUMBER in lead]
                wrong += [(address, "a form without a token") for has_token in read.forms if not has_token]
            if WORD in page.get("Location", "") + page.get("Content-Disposition", ""):
                wrong.append((address, "a value in a header"))
            if page.get("Content-Disposition") and not page["Content-Disposition"].startswith("attachment"):
                wrong.append((address, "shown in place"))
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
    assert dict(reversed([(str(fault), address) for address, fault in wrong])) == {}
    assert WORD not in out.getvalue()
    assert NUMBER not in out.getvalue()
    kept = repr(getattr(cache, "_cache", {}))
    assert WORD not in kept
    assert NUMBER not in kept


def test_nothing_is_posted_without_the_token_of_a_form(cast: Any, ids: Ids) -> None:
    held = cast.member("counselor")
    Membership.objects.filter(pk=held.pk).update(roles=list(roles()))
    client, passed = Client(enforce_csrf_checks=True), []
    client.force_login(held.user, backend="django.contrib.auth.backends.ModelBackend")
    for address in [*dict.fromkeys(a for one in addresses() for a in one.filled(ids)), *ENTRANCE]:
        page = client.post(address, {"act": "withdraw", "reason": "forged"})
        if page.status_code not in (403, 404, 405) or (page.status_code == 404 and b"<h1>" not in page.content):
            passed.append((address, page.status_code))
        elif page.status_code == 403:
            assert b"Your role here does not allow" not in page.content
    assert passed == []


def broken(request: HttpRequest, word: str) -> HttpResponse:
    viewer(request, "read chart")
    raise RuntimeError(f"{WORD} {word}")


urlpatterns = [path("test/broken/<str:word>", broken), path("", include("handrail.app.urls"))]


@override_settings(ROOT_URLCONF=__name__)
def test_an_error_page_and_its_line_in_the_log_show_no_value(cast: Any, caplog: Any) -> None:
    client = cast.client("counselor")
    client.raise_request_exception = False
    with caplog.at_level(logging.DEBUG):
        page = client.get(f"/test/broken/{NUMBER}?q={WORD}")
    assert page.status_code == 500
    assert faults_of(page) == []
    lines = [OneLine().format(record) for record in caplog.records]
    assert any("RuntimeError" in line for line in lines)
    for told in (says(page), *lines):
        assert WORD not in told
        assert NUMBER not in told
        assert "Traceback" not in told


def test_the_web_server_writes_no_addresses_and_its_errors_like_everybodys() -> None:
    from gunicorn.config import Config  # noqa: PLC0415

    config = Config()
    assert config.accesslog is None
    made = Server(config)
    (handler,) = made.error_log.handlers
    record = made.error_log.makeRecord(
        "gunicorn.error", 40, "f", 1, "Error handling request %s", (f"/?q={WORD}",), None
    )
    assert WORD not in handler.format(record)


def test_what_is_too_large_is_refused_before_it_is_read(cast: Any) -> None:
    client = cast.client("counselor")
    page = client.post("/import/", b"x", content_type="text/csv", headers={"content-length": str(MOST_BYTES + 1)})
    assert page.status_code == 413
    assert faults_of(page) == []
    for strange in ("-1", "many", "1e9"):
        page = client.generic("POST", "/import/", b"x", CONTENT_LENGTH=strange)
        assert page.status_code == 413


def test_no_upload_is_ever_kept_in_a_file(settings: Any) -> None:
    assert settings.FILE_UPLOAD_HANDLERS == ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
    assert settings.FILE_UPLOAD_MAX_MEMORY_SIZE >= MOST_BYTES
    assert RequestFactory().get("/").upload_handlers
    assert "MEDIA_URL" not in dir(settings) or settings.MEDIA_ROOT == ""
