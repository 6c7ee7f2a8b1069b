"""An MCP server for WSGI hosts: YAML and SQL over DuckDB, behind an OAuth 2.1 authorization server.

The floors, bottom up; a file imports only from floors below its own (``tests/test_architecture.py`` holds the table)::

    errors, records, documents, redirect_uris, digests, logs, meter, host, patience, outbound
    endpoints  engine  store  providers  metrics
    config  oauth  mcp
    web
    app
    cli  demo
"""

__version__ = "0.1.0"
