"""The WSGI entry point: ``gunicorn wsgi:app``, ``flask --app wsgi run``, or any WSGI host.

The project folder is ``$MXCP_PROJECT``, else the working directory.
"""

from mxcp_flask.cli.hosting import hosted_app

app = hosted_app()
