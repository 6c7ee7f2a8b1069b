"""Logging: where lines go and how they look; and what third parties may not say.

Authlib logs whole token answers at DEBUG, and Werkzeug's development server logs query strings, which hold codes and
states at the callback. Our own loggers are named ``mxcp.…``.
"""

from __future__ import annotations

import logging
import re
import sys

_FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"
_QUERY = re.compile(r"\?[^ \n]+")  # Werkzeug decodes escaped quotes, but no spaces


class WithoutQuery(logging.Filter):
    """Removes the query strings from a record's text."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record; always let it pass."""
        record.msg, record.args = _QUERY.sub("?…", record.getMessage()), ()
        return True


def configure(*, debug: bool) -> None:
    """Log to standard error: our lines from INFO, others' from WARNING on; with ``debug`` all from DEBUG on."""
    logging.basicConfig(stream=sys.stderr, format=_FORMAT, level=logging.DEBUG if debug else logging.WARNING)
    logging.getLogger("mxcp").setLevel(logging.DEBUG if debug else logging.INFO)
    protect()


def protect() -> None:
    """Keep secrets out of other people's log lines, whatever level the root logger has."""
    for name in ("authlib", "urllib3"):
        logging.getLogger(name).setLevel(logging.INFO)
    werkzeug = logging.getLogger("werkzeug")
    if not any(isinstance(entry, WithoutQuery) for entry in werkzeug.filters):
        werkzeug.addFilter(WithoutQuery())
