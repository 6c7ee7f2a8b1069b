"""Content blocks (schema: ContentBlock) as each revision of MCP knows them."""

from __future__ import annotations

from typing import Any

from mxcp_flask.mcp.revisions import Revision

Json = dict[str, Any]


def fitting(block: Json, revision: Revision) -> Json:
    """Return a content block of the newest revision; where ``revision`` has no such type, a text in its place.

    Links to resources came with 2025-06-18, audio with 2025-03-26.
    """
    if block["type"] == "resource_link" and not revision.links:
        return {"type": "text", "text": f"{block.get('title') or block['name']}: {block['uri']}"}
    if block["type"] == "audio" and not revision.audio:
        return {"type": "text", "text": f"({block['mimeType']}, which revision {revision.version} of MCP cannot carry)"}
    return block
