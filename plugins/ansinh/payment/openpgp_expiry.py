"""Until when a certificate can be encrypted to: its encryption subkeys end on their own days, which the certificate does not show."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any


def encrypts_until(certificate: bytes) -> datetime | None:
    """The last day of the encryption subkey that lives longest; None when one never ends, or none is marked for encryption.

    RFC 4880, 5.2.3.6: the newest binding signature of a subkey counts; its validity is counted from the subkey's creation.
    """
    from pysequoia.packet import PacketPile, Tag

    bindings: dict[int, Any] = {}
    created: dict[int, datetime] = {}
    number = 0
    for packet in PacketPile.from_bytes(certificate):
        if packet.tag in (Tag.PublicSubkey, Tag.SecretSubkey):
            number += 1
            created[number] = packet.key_created
        elif packet.tag == Tag.Signature and number and packet.key_flags is not None:
            newest = bindings.get(number)
            if newest is None or packet.signature_created >= newest.signature_created:
                bindings[number] = packet
    ends = []
    for at, binding in bindings.items():
        flags, validity = binding.key_flags, binding.key_validity_period
        if not (flags.transport_encryption or flags.storage_encryption):
            continue
        if not validity:
            return None
        ends.append(_utc(created[at]) + validity)
    return max(ends, default=None)


def _utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
