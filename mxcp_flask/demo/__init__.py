"""What lets a developer try mxcp-flask on one machine: a sample project and a stand-in identity provider.

The stand-in speaks GitHub's dialect. It asks for no password, so it must only ever listen on a loopback address.

=======  =====================================  ==============================================
GET      /login/oauth/authorize                 the page to pick a person, or a redirect at once
POST     /login/oauth/authorize                 the answer to that page
POST     /login/oauth/access_token              a code for a token
GET      /user, /user/emails                    who the token speaks for
DELETE   /applications/<client_id>/token        revocation
=======  =====================================  ==============================================

``identity_provider`` composes ``github_dialect`` (sign-in, tokens) and ``github_api`` (REST) over ``github_state``.
``sample`` unpacks the project in ``project/`` and builds its DuckDB file.
"""
