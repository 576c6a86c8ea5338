"""Documents kept, and documents known by their hashes."""

from __future__ import annotations

import hashlib
import json

import pytest
from django.core.management import CommandError, call_command
from graphql import get_introspection_query

from api_graphql import documents
from api_graphql.documents import KEPT_CHARACTERS, PERSISTED, kept, read
from api_graphql.execution import MOST_PROJECTIONS
from tests.api_graphql.stage import post

ME = "query Me { me { name } }"
HASH = hashlib.sha256(ME.encode()).hexdigest()


@pytest.fixture
def known(monkeypatch):
    monkeypatch.setattr(documents, "persisted", lambda: {HASH: ME})
    monkeypatch.setattr(documents, "_persisted_texts", lambda: frozenset({ME}))


def by_hash(digest):
    return [
        {"documentId": digest},
        {"documentId": f"sha256:{digest}"},
        {"id": digest},
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": digest}}},
    ]


@pytest.mark.parametrize("form", range(4))
def test_a_known_document_by_its_hash(stage, known, form):
    token = stage.world.staff.tokens.access
    assert post(by_hash(HASH)[form], token=token).data == {"me": {"name": "Staff"}}
    unknown = post(by_hash("0" * 64)[form], token=token)
    assert (unknown.status, unknown.codes) == (400, ["INVALID"])
    assert unknown.errors[0]["message"] == "PersistedQueryNotFound"


def test_a_hash_beside_its_document(stage):
    token = stage.world.staff.tokens.access
    apollo = {"persistedQuery": {"version": 1, "sha256Hash": HASH}}
    assert post({"query": ME, "extensions": apollo}, token=token).errors == []
    answer = post({"query": ME + " ", "extensions": apollo}, token=token)
    assert (answer.status, answer.fields) == (400, [("extensions.persistedQuery", "no_match")])


def test_only_known_documents(stage, known, settings):
    settings.GRAPHQL_PERSISTED_ONLY = True
    token = stage.world.staff.tokens.access
    assert post({"documentId": HASH}, token=token).errors == []
    assert post({"query": ME}, token=token).errors == []
    answer = post({"query": "{ me { name } }"}, token=token)
    assert (answer.status, answer.fields) == (400, [("query", "not_persisted")])


def test_the_list_of_known_documents_is_true():
    for digest, text in json.loads(PERSISTED.read_text()).items():
        assert hashlib.sha256(text.encode()).hexdigest() == digest
        read(text)


def test_the_list_is_written(tmp_path, capsys):
    texts, out = tmp_path / "texts.json", tmp_path / "persisted.json"
    texts.write_text(json.dumps([ME, "{ me { id } }"]))
    call_command("persist_documents", str(texts), out=out)
    assert json.loads(out.read_text())[HASH] == ME
    assert capsys.readouterr().out == "2 documents are known.\n"
    texts.write_text(json.dumps(["{ me { nam } }"]))
    with pytest.raises(CommandError, match="Cannot query field 'nam'"):
        call_command("persist_documents", str(texts), out=out)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (None, "can't be read: No such file or directory."),
        ("{", "is not JSON: "),
        ('{"a": "b"}', "is not a list of documents."),
        ("[3]", "is not a list of documents."),
    ],
)
def test_a_list_that_is_none(tmp_path, text, why):
    texts = tmp_path / "texts.json"
    if text is not None:
        texts.write_text(text)
    with pytest.raises(CommandError, match=why):
        call_command("persist_documents", str(texts), out=tmp_path / "out.json")
    assert not (tmp_path / "out.json").exists()


def test_a_document_is_read_once(stage, monkeypatch):
    assert stage.ask("staff", ME).errors == []
    monkeypatch.setattr(documents, "BoundedParser", None)
    assert stage.ask("admin", ME).data == {"me": {"name": "Admin"}}


def test_what_does_not_fit_is_not_kept(stage):
    stage.ask("staff", "{ me { nam } }")
    assert not kept.documents


def test_documents_are_kept_by_their_length():
    for number in range(100):
        read(f"query Q{number} {{ me {{ name }} }} #" + "x" * 20_000)
    assert 0 < sum(map(len, kept.documents)) == kept.characters <= KEPT_CHARACTERS
    assert list(kept.documents)[-1].startswith("query Q99 ")
    assert read(next(iter(kept.documents))) is next(reversed(kept.documents.values()))


def test_a_documents_projections_are_bounded(stage):
    flags = [f"f{n}" for n in range(8)]
    document = (
        "query (" + " ".join(f"${f}: Boolean!" for f in flags) + ") { hospitals { nodes { id "
        + " ".join(f"{f}: name @include(if: ${f})" for f in flags)
        + " } } }"
    )  # fmt: skip
    for number in range(200):
        values = {f: bool(number >> n & 1) for n, f in enumerate(flags)}
        found = stage.ask("staff", document, **values).data["hospitals"]["nodes"]
        assert found == [{"id": stage.hospital_id} | {f: "General" for f in flags if values[f]}]
    assert 0 < len(read(document).projections) <= MOST_PROJECTIONS


@pytest.mark.parametrize("on", [True, False])
def test_introspection(stage, settings, on):
    settings.GRAPHQL_INTROSPECTION = on
    for query in (get_introspection_query(), '{ __type(name: "Query") { name } }'):
        answer = stage.ask("staff", query)
        assert (answer.status, set(answer.codes)) == ((200, set()) if on else (400, {"INVALID"}))
    assert stage.ask("staff", "{ __typename }").data == {"__typename": "Query"}
