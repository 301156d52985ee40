"""With trusted documents only what was registered runs."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from engine.base.errors import Forbidden, SetupError
from engine.base.settings import Settings
from schema.http.requests import asked_in_body
from schema.http.trusted import trusted_documents

TEXT = "{ viewer { isSuper } }"
HASH = hashlib.sha256(TEXT.encode()).hexdigest()


def at(folder: Path, content: str, setting: str = "only") -> Settings:
    (folder / "trusted-documents.json").write_text(content)
    return replace(Settings(), data_dir=str(folder), trusted_documents=setting)


def test_without_the_setting_everything_runs() -> None:
    trusted_documents(Settings()).check("{ anything }")


def test_only_a_registered_text_or_hash_runs(tmp_path: Path) -> None:
    trusted = trusted_documents(at(tmp_path, json.dumps({HASH: TEXT})))
    trusted.check(TEXT)
    assert trusted.text_of(HASH) == TEXT
    for refused in (lambda: trusted.check(TEXT + " "), lambda: trusted.text_of("0" * 64)):
        with pytest.raises(Forbidden):
            refused()


@pytest.mark.parametrize("content", ["", "[1]", json.dumps({"0" * 64: TEXT})])
def test_a_wrong_file_stops_the_start(tmp_path: Path, content: str) -> None:
    with pytest.raises(SetupError):
        trusted_documents(at(tmp_path, content))


def test_an_unknown_setting_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(SetupError):
        trusted_documents(at(tmp_path, "{}", "sometimes"))


def test_a_request_may_send_the_hash_alone() -> None:
    body = {"extensions": {"persistedQuery": {"sha256Hash": HASH}}}
    asked = asked_in_body(json.dumps(body).encode(), "application/json", Settings())
    assert (asked.query, asked.document_hash) == ("", HASH)
