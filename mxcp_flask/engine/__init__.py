"""The only place that knows DuckDB.

====================  ==================================================================================
file                  what
====================  ==================================================================================
``database.py``       one open database per process; a session per call; nothing crosses a fork
``opening.py``        opens the file and closes the sandbox; says in a sentence why a file cannot be opened
``replacing.py``      tells a read-only file that was replaced from the one that is open
``session.py``        runs SQL on one cursor, as one person
``idle_cursors.py``   cursors between two calls of the same person
``parsing.py``        the SQL of endpoint files, parsed once
``rows.py``           what a statement gives, at once or poured into a sink
``statements.py``     which statements a model may write
``watchdog.py``       stops statements that run too long, or that nobody waits for any more
``readers.py``        rewrites ``read_json_auto(url, headers = ...)`` into what DuckDB can run
``fetching.py``       downloads for the readers, as the person; ``reach.py`` says from where
``downloads.py``      the downloads, as files in memory that no other session can name
``spilling.py``       where a process that shares a database spills
``visible.py``        which files of the project SQL sees
``preparing.py``      extensions and secrets, before the configuration is locked
``attachments.py``    detaches what a session attached
``inspection.py``     what SQL says without a database: its parameters and statements
``missing_tables.py`` which tables SQL names that the database does not have
``settings.py``       what a database is opened with
``user_functions.py`` ``get_username()`` and its siblings
``redaction.py``      keeps the provider's token out of error texts
``parameters.py``     Python values as parameters
``literals.py``       text as an SQL literal
====================  ==================================================================================

Why it is built like this (all seen with DuckDB 2.0, which is needed, and what says no other with 1.4 and 1.5 too):

- The user functions are temporary macros of literals, that of the token of a variable. ``create_function`` registers in
  the database, not in the connection: a second request would read the first one's identity. A temporary macro or a
  variable is seen by its own cursor only. The functions hold in views, stored macros, column defaults and on every
  thread of a parallel scan, and go before a stored macro of the same name.
- A session has a cursor of its own. It is closed at its end, and temporary objects, variables and an open transaction
  go with it, unless nothing of the kind can be on it: then it waits for the next session of exactly the same identity.
- There is one database object per process: opening costs about 20 ms, and only one process can hold a file read-write.
- For the same path DuckDB gives the instance that is open, so a file that was replaced is opened only when no session
  has the one before.
- Nothing open crosses a fork: the parent closes its database before it. A child that destroyed it would crash, and
  DuckDB would give the child the parent's instance, whose threads are missing there.
- ``enable_external_access = false`` leaves the database's own files writable for ``COPY``, which DuckDB 2 takes inside
  ``WITH``: SQL can overwrite the database. ``lock_configuration`` of DuckDB 1 leaves logging open. ``statements.py``
  keeps a model from both; an endpoint's own SQL is trusted.
"""

from mxcp_flask.engine.database import Database, DatabaseSettings, version
from mxcp_flask.engine.inspection import SqlFacts, inspect_sql, sql_inspector
from mxcp_flask.engine.missing_tables import FindMissing, MissingTable, missing_tables
from mxcp_flask.engine.preparing import Extension, Secret
from mxcp_flask.engine.rows import Row, Rows, Sink
from mxcp_flask.engine.session import Session
from mxcp_flask.engine.spilling import remove_spilled

__all__ = [
    "Database",
    "DatabaseSettings",
    "Extension",
    "FindMissing",
    "MissingTable",
    "Row",
    "Rows",
    "Secret",
    "Session",
    "Sink",
    "SqlFacts",
    "inspect_sql",
    "missing_tables",
    "remove_spilled",
    "sql_inspector",
    "version",
]
