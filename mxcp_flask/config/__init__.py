"""The configuration: two YAML files and a few environment variables become one ``Settings``.

``mxcp-site.yml`` in the project folder says what the project is; the user file (``$MXCP_CONFIG``, else
``~/.mxcp/config.yml``) says how people sign in and where the server listens::

    load.load_settings
      site_file       the project's schema
      references      ${VAR} in transport and in the active profile, nowhere else
      user_file       the user file's schema; auth_section and transport_section are parts of it
      report          every fault of both files, raised together
      auth, database  dataclasses of model.py, with defaults and absolute paths

The environment goes before the files: MXCP_PROFILE, MXCP_DUCKDB_PATH, MXCP_READONLY. ``written_secrets`` finds
secrets that stand in the user file themselves.
"""

from mxcp_flask.config.load import find_project, load_settings
from mxcp_flask.config.model import Settings

__all__ = ["Settings", "find_project", "load_settings"]
