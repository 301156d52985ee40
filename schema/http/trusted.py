"""Trusted documents: with the setting on, only operations that were registered run (C9).

`QIANSI_TRUSTED_DOCUMENTS` is empty (any document runs), `only` (those in
`<data_dir>/trusted-documents.json`), or `only:` and the path of such a file. The file maps the
SHA-256 of each document, in hexadecimal, to its text; a request names the hash in
`extensions.persistedQuery.sha256Hash`, or sends the text itself.
"""

import asyncio
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from engine.base.errors import Forbidden, SetupError
from engine.base.settings import Settings
from engine.db.companies import Company
from metadata.changes.client_operations import Operation
from resolvers.registered_documents import registered_operations
from schema.companies import Companies
from schema.http.requests import Asked


class TrustedDocuments:
    """The registered documents, by hash; read once at start."""

    def __init__(self, documents: Mapping[str, str], *, only: bool) -> None:
        self.documents = documents
        self._texts = frozenset(documents.values())
        self.only = only

    def admitted(self, asked: Asked) -> Asked:
        """The request with the text that it runs. Raises Forbidden when it may not."""
        if not asked.query and asked.document_hash is not None:
            return asked._replace(query=self.text_of(asked.document_hash))
        self.check(asked.query)
        return asked

    def text_of(self, hash: str) -> str:
        """The text of a registered hash. Raises Forbidden for any other."""
        found = self.documents.get(hash)
        if found is None:
            raise Forbidden("document")
        return found

    def check(self, text: str) -> None:
        """Raises Forbidden when only registered documents run and this is none."""
        if self.only and text not in self._texts:
            raise Forbidden("document")

    async def touching(self, companies: Companies, company: Company) -> Sequence[Operation]:
        """What the documents touch of the company as it is now."""
        if not self.documents:
            return ()
        live = await companies.live(company)
        given = (self.documents, live.schema.graphql, live.snapshot)
        return await asyncio.to_thread(registered_operations, *given)


def trusted_documents(settings: Settings) -> TrustedDocuments:
    """What the setting says. Raises SetupError when the file is missing or wrong."""
    given = settings.trusted_documents
    if not given:
        return TrustedDocuments({}, only=False)
    mode, _, path = given.partition(":")
    if mode != "only":
        raise SetupError(f"QIANSI_TRUSTED_DOCUMENTS={given!r}: use only or only:FILE")
    file = Path(path) if path else Path(settings.data_dir) / "trusted-documents.json"
    return TrustedDocuments(_read(file), only=True)


def _read(file: Path) -> dict[str, str]:
    try:
        found = dict(json.loads(file.read_text()))
    except (OSError, ValueError, TypeError):
        raise SetupError(f"{file} must be a JSON object of document hashes and texts") from None
    documents = {str(hash): str(text) for hash, text in found.items()}
    for hash, text in documents.items():
        if hashlib.sha256(text.encode()).hexdigest() != hash:
            raise SetupError(f"{file}: {hash} is not the SHA-256 of its document")
    return documents
