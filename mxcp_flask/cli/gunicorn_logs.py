"""gunicorn's own log lines, in the server's format and place."""

from __future__ import annotations

import logging
from typing import Any

from gunicorn.glogging import Logger


class GunicornLogs(Logger):  # type: ignore[misc]
    """Hands gunicorn's lines to the handlers of the root logger; the level is the root's too."""

    def setup(self, cfg: Any) -> None:
        """Take gunicorn's handlers away. It calls this again whenever it reads its settings anew."""
        super().setup(cfg)
        for logger in (self.error_log, self.access_log):
            for handler in [handler for handler in logger.handlers if getattr(handler, "_gunicorn", False)]:
                logger.removeHandler(handler)
            logger.propagate = True
        self.error_log.setLevel(logging.NOTSET)
