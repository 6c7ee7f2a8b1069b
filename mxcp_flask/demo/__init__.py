"""What lets a developer try mxcp-flask on one machine: a sample project and a stand-in identity provider.

The stand-in asks for no password, so it must only ever listen on a loopback address. It speaks the dialect of GitHub,
Atlassian or Salesforce: ``github``, ``atlassian`` and ``salesforce`` hold their routes, each with its table.
``identity_provider`` composes one of them with what all share: ``application`` (the one that is registered),
``people``, ``sign_in`` and ``pages`` (who signs in, and with which consent), ``approvals`` and ``tokens`` (the state).

``sample`` unpacks the project in ``project/`` and builds its DuckDB file. ``servers`` runs both servers, and ``walk``
goes through the whole path as a client (``client``) with a person (``browser``), over ``loopback`` alone; ``arriving``
signs such a person in for another client.
"""
