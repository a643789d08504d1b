"""
Blobs: content of a tenant by its fingerprint, stored once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from sqlalchemy import Connection, insert, select

from lotwright.service.store.schema import blob

#: Bytes of one row; what is longer goes over several.
_PART = 4 * 1024 * 1024


def digest_of(content: bytes) -> str:
    """
    Returns the fingerprint of some content.
    """
    return hashlib.blake2b(content, digest_size=20).hexdigest()


def put(connection: Connection, tenant_id: str, content: bytes) -> str:
    """
    Stores content unless the tenant has it, and returns its fingerprint.

    The same transaction must name it in a column ``digest``, or it may be gone soon:
    what nothing names is garbage.
    """
    digest = digest_of(content)
    of_it = (blob.c.tenant_id == tenant_id) & (blob.c.digest == digest)

    if connection.execute(select(blob.c.part).where(of_it).limit(1)).first():
        return digest

    connection.execute(
        insert(blob),
        [
            {
                "tenant_id": tenant_id,
                "digest": digest,
                "part": number,
                "size": len(content),
                "content": part,
            }
            for number, part in enumerate(_parts(content))
        ],
    )

    return digest


def get(connection: Connection, tenant_id: str, digest: str) -> bytes:
    """
    Returns the content of a fingerprint.

    Raises
    ------
    KeyError
        When the tenant has none.
    """
    of_it = (blob.c.tenant_id == tenant_id) & (blob.c.digest == digest)
    query = select(blob.c.content).where(of_it).order_by(blob.c.part)
    parts = connection.execute(query).scalars().all()

    if not parts:
        raise KeyError(digest)

    return b"".join(parts)


def _parts(content: bytes) -> Iterator[bytes]:
    for begin in range(0, max(len(content), 1), _PART):
        yield content[begin : begin + _PART]
