"""The web app's page: at its own paths alone, under a strict policy, and never kept."""

from pathlib import Path

import pytest
from django.test import Client

from scheduler import web_app


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "index.html"
    page.write_text("<!doctype html>")
    monkeypatch.setattr(web_app, "PAGE", page)


@pytest.mark.parametrize("path", ["/?hospital=1&doctor=1,2", *("/" + p for p in web_app.PAGES)])
def test_page(built, path):
    response = Client().get(path)
    assert (response.status_code, response.content) == (200, b"<!doctype html>")
    assert response.headers["Cache-Control"] == "no-cache"
    assert "unsafe" not in response.headers["Content-Security-Policy"]
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'; ")


def test_other_paths_stay_unknown(built):
    response = Client().get("/patients/1")
    assert (response.status_code, response.json()["code"]) == (404, "not_found")


def test_writing_to_it_is_refused(built):
    response = Client(enforce_csrf_checks=True).post("/", {"a": "b"})
    assert (response.status_code, response.json()["code"]) == (405, "method_not_allowed")


def test_without_a_build_it_shows_the_documentation(tmp_path, monkeypatch):
    monkeypatch.setattr(web_app, "PAGE", tmp_path / "index.html")
    response = Client().get("/")
    assert (response.status_code, response.headers["Location"]) == (302, "/api/v1/docs")
