"""From YAML files to tools, checked arguments and shaped results. Knows neither the database nor the protocol.

Loading, once per process::

    project folder -> discovery (which files) -> documents (YAML with places) -> file_schema (every fault at once)
                   -> tool_files (one file, one Tool) -> catalogue (names are unique) -> Catalogue

A call::

    arguments of the client -> coercion (what language models write) -> checks (JSON Schema) -> formats (Python values)
                            -> arguments.bind -> the engine runs the SQL
    columns and rows        -> json_values -> shaping.shape -> a JSON value

``types`` turns a definition of a file into the JSON Schema 2020-12 that is published and checked against.
"""
