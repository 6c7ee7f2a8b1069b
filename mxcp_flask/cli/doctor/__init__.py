"""``mxcp doctor``: looks at a project as a server would see it, and says what keeps it from working, and what to do.

====================  ===========================================================================
``findings.py``       a line of the report, and what checks look at
``files.py``          files, folders and their modes
``project.py``        endpoint files, addresses, workers
``state.py``          the OAuth state: SQLite or PostgreSQL
``duckdb_file.py``    DuckDB, the database file, extensions; ``holders.py`` who has the file open
``server.py``         the port, and the public URL through the proxies; ``neighbours.py`` who listens,
                      ``sockets.py`` where a process does,
                      ``program.py`` what it runs, ``demos.py`` whether that is mxcp demo
``provider.py``       the identity provider, and the clock
``command.py``        the command
====================  ===========================================================================
"""

from mxcp_flask.cli.doctor.command import doctor

__all__ = ["doctor"]
