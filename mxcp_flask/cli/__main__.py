"""``python -m mxcp_flask.cli`` is ``mxcp``."""

from mxcp_flask.cli import main

main(prog_name="mxcp")
