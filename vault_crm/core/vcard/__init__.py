"""vCards: what stands in them becomes properties of a person, and the other way round.

Pure text; `importers.vcard` and `exporters.vcard`, `.vcard4` are at the ends. RFC 6350 is vCard 4.0, RFC 2426
vCard 3.0; vCard 2.1 was published by the versit consortium.
"""

from __future__ import annotations
