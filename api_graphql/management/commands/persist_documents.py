"""Writes the list of known documents, which clients may name by their hashes."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandError, CommandParser

from api_graphql.documents import PERSISTED, InvalidDocument, read
from scheduler.errors import Refusal


class Command(BaseCommand):
    """`manage.py persist_documents web.json`: a JSON list of texts, exactly as they are sent."""

    help = "Write api_graphql/persisted.json from JSON lists of documents; - is standard input."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("lists", nargs="+", metavar="FILE")
        parser.add_argument("--out", type=Path, default=PERSISTED)

    def handle(self, *_: Any, lists: list[str], out: Path, **__: Any) -> None:
        known: dict[str, str] = {}
        for name in lists:
            for text in _texts(name):
                try:
                    read(text)
                except (InvalidDocument, Refusal) as error:
                    raise CommandError(f"{name}: {error}\n{text}") from None
                known[hashlib.sha256(text.encode()).hexdigest()] = text
        options = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
        try:
            out.write_bytes(orjson.dumps(known, option=options))
        except OSError as error:
            raise CommandError(f"{out} can't be written: {error.strerror}.") from None
        self.stdout.write(f"{len(known)} documents are known.")


def _texts(name: str) -> list[str]:
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        texts = orjson.loads(data)
    except OSError as error:
        raise CommandError(f"{name} can't be read: {error.strerror}.") from None
    except orjson.JSONDecodeError as error:
        raise CommandError(f"{name} is not JSON: {error}.") from None
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise CommandError(f"{name} is not a list of documents.")
    return texts
