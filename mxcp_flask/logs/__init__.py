"""Logging: where lines go and how they look; which request they belong to; and what third parties may not say.

====================  ==================================================================
``settings.py``       ``LogSettings``: the user file's ``logging`` section
``formats.py``        a record as text, or as one JSON object
``files.py``          the log file, which may be rotated while several processes write it
``requests.py``       ``request_id``: the request that a line belongs to
``facts.py``          ``tell``: a line whose facts are keys of their own in JSON
``lines.py``          the record of such a line
``setup.py``          ``configure``: puts it all in place
====================  ==================================================================

Authlib logs whole token answers at DEBUG, and Werkzeug's development server logs query strings, which hold codes and
states at the callback: ``protect`` keeps both out. Our own loggers are named ``mxcp.…``.
"""

from __future__ import annotations

from mxcp_flask.logs.facts import tell, worded
from mxcp_flask.logs.requests import of_request, request_id
from mxcp_flask.logs.settings import LogSettings
from mxcp_flask.logs.setup import WithoutQuery, configure, protect

__all__ = ["LogSettings", "WithoutQuery", "configure", "of_request", "protect", "request_id", "tell", "worded"]
