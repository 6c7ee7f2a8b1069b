"""From YAML files to endpoints, checked arguments and shaped results. Knows neither the database nor the protocol.

Loading, once per process::

    project folder -> discovery (which files) -> documents (YAML with places) -> file_schemas (every fault at once)
                   -> attachments (SQL, data) -> sql_checks (against the SQL) -> making (Tool, Resource, Prompt)
                   -> duplicates (names and URIs are unambiguous) -> Catalogue

``endpoint_files`` does it for one file, ``catalogue`` for all. There is a ``*_schema`` for each part of a file.

A call::

    arguments of the client -> coercion (what language models write) -> checks (JSON Schema) -> formats (Python values)
                            -> arguments.bind -> the engine runs the SQL
    columns and rows        -> cells, json_values -> shaping.shape -> a JSON value

``checks`` looks quickly first (``quick_checks``), and thoroughly at what that does not let pass.
``types`` turns a definition of a file into the JSON Schema 2020-12 that is published and checked against.
"""
