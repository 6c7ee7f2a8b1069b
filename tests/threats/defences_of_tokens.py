"""The defences of codes, tokens and registered clients, and of who people are: T10 to T15, T21 and T24 to T26."""

from __future__ import annotations

from tests.threats.defence import defence

_MEMORY, _SQL = "store/memory/tokens.py", "store/sql/tokens.py"
_BOUND = "if found is None or found[0].client_id != client.client_id:"
_LOOK_UP = "self.store.find_token(digest(_token_in(authorization)), int(self.clock()))"
_BY_DIGEST = "self.store.find_token(_token_in(authorization), int(self.clock()))"
_PASSED_THROUGH = (
    "next(((Token('', 'access', grant.id, '', grant.scope, grant.resource, 0, 0), grant) "
    "for listed in self.store.list_grants(int(self.clock())) "
    "for grant in [self.store.find_grant(listed.id, int(self.clock()))] "
    "if grant.provider_token.access_token == _token_in(authorization)), None)"
)
_PRIVILEGED = """\
        issued_at=now,
        configured=metadata.get("configured", False),
        allowed_scopes=tuple(metadata.get("allowed_scopes", ())),
"""

TOKENS = (
    defence(10, "oauth/grants.py", "self.server.end_replayed(found)", "pass", "replay_kills_the_token_that_was_issued"),
    defence(
        11,
        _MEMORY,
        "if code is None or code.used_at is not None or code.expires_at <= now:",
        "if code is None or code.expires_at <= now:",
        "raced_code_gives_one_token_and_then_none",
    ),
    defence(
        11,
        _SQL,
        "AND used_at IS NULL AND expires_at > :now\n",
        "AND expires_at > :now\n",
        "raced_code_gives_one_token_and_then_none",
    ),
    defence(
        11, "oauth/grants.py", "            server.end_replayed(code)\n", "", "raced_code_gives_one_token_and_then_none"
    ),
    defence(
        12,
        "oauth/pkce.py",
        'if parameters.get("code_challenge_method", "plain") != "S256":',
        "if False:",
        "no_sign_in_without_a_challenge",
    ),
    defence(
        12,
        "oauth/pkce.py",
        'if not _CHALLENGE.fullmatch(parameters.get("code_challenge", "")):',
        "if False:",
        "no_sign_in_without_a_challenge",
    ),
    defence(
        12,
        "oauth/pkce.py",
        "if not _VERIFIER.fullmatch(verifier) or not hmac.compare_digest(",
        "if verifier and not hmac.compare_digest(",
        "no_token_without_the_verifier",
    ),
    defence(12, "oauth/pkce.py", "            grant.burn(code)\n", "", "no_token_without_the_verifier"),
    defence(
        13,
        "oauth/refresh.py",
        'server.end_grant(grant, "refresh_token_reused")',
        "pass",
        "reuse_after_the_grace_period_kills_the_family",
    ),
    defence(13, "oauth/refresh.py", _BOUND, "if found is None:", "refresh_is_bound_to_its_client"),
    defence(
        13,
        _MEMORY,
        "    if token.used_at is None:\n        return True\n",
        "    return True\n",
        "reuse_after_the_grace_period_kills_the_family",
    ),
    defence(
        13,
        _SQL,
        "AND (used_at IS NULL OR (:grace > 0 AND :now - used_at < :grace AND uses < :most))",
        "",
        "reuse_after_the_grace_period_kills_the_family",
    ),
    defence(
        14,
        "oauth/registration_limits.py",
        "if self.store.count(digest(_network(address)), now, WINDOW) > self.per_address:",
        "if False:",
        "one_address_has_its_share documents_of_clients_count",
    ),
    defence(
        14,
        "oauth/registration_limits.py",
        "if self.store.count_clients() >= self.total:",
        "if False:",
        "there_is_an_end_to_it_and_clients_that_nobody_uses_go",
    ),
    defence(
        14, "web/registration.py", "    sweep()  #", "    #", "there_is_an_end_to_it_and_clients_that_nobody_uses_go"
    ),
    defence(14, "oauth/client_documents.py", "self.admit()", "pass", "documents_of_clients_count"),
    defence(14, "oauth/registration.py", 'new_secret("mx_cs_")', "digest(repr(metadata))", "one_address_has_its_share"),
    defence(
        15,
        "oauth/registration.py",
        "        issued_at=now,\n",
        _PRIVILEGED,
        "privileges_are_dropped",
    ),
    defence(
        15,
        "oauth/registration.py",
        "for name in dict.fromkeys(asked.split()) if name in scopes.known",
        "for name in dict.fromkeys(asked.split())",
        "privileges_are_dropped",
    ),
    defence(
        15,
        "oauth/registration.py",
        'secret = None if method == "none" else new_secret("mx_cs_")',
        'secret = new_secret("mx_cs_")',
        "privileges_are_dropped",
    ),
    defence(
        21,
        "oauth/server.py",
        'raise InvalidClientError(description="Client authentication failed.", status_code=401) from error',
        "raise",
        "failed_authentication_looks_the_same",
    ),
    defence(
        21,
        "oauth/token_endpoints.py",
        "return found if client.configured or found[0].client_id == client.client_id else None",
        "return found",
        "introspection_says_nothing_of_what_is_not_active",
    ),
    defence(21, "oauth/bearer.py", _LOOK_UP, f"{_LOOK_UP} or {_BY_DIGEST}", "digests_are_no_secrets"),
    defence(
        21,
        "oauth/grants.py",
        "self.server.store.find_code(digest(code))",
        "self.server.store.find_code(digest(code)) or self.server.store.find_code(code)",
        "digests_are_no_secrets",
    ),
    defence(24, "oauth/bearer.py", " or found[0].resource != urls.resource", "", "token_of_another_resource"),
    defence(24, "oauth/bearer.py", _LOOK_UP, f"{_LOOK_UP} or {_PASSED_THROUGH}", "token_of_the_provider"),
    defence(
        24,
        "oauth/grants.py",
        "raise InvalidTargetError(redirect_uri=redirect_uri)",
        "pass",
        "request_for_another_resource",
    ),
    defence(
        24,
        "oauth/grants.py",
        "if self.request.authorization_code.resource != self.urls.resource:",
        "if False:",
        "code_and_refresh_token_of_another_resource",
    ),
    defence(
        24,
        "oauth/refresh.py",
        " or self._token.resource != urls.resource",
        "",
        "code_and_refresh_token_of_another_resource",
    ),
    defence(25, "providers/github.py", "id=str(number)", "id=login", "login_that_changed_hands"),
    defence(25, "providers/github.py", ' and entry.get("verified") is True', "", "address_that_nobody_verified"),
    defence(
        25,
        "records.py",
        'user.username_unique and ":" not in user.username',
        "user.username_unique",
        "login_that_looks_like_a_number",
    ),
    defence(
        25,
        "records.py",
        '"*@" + email.partition("@")[2]) if email.count("@") == 1 else ()',
        '"*@" + email.rpartition("@")[2])',
        "address_with_several_domains",
    ),
    defence(
        25,
        "engine/idle_cursors.py",
        "own = self._waiting.get(identity)",
        "own = self._waiting.get(identity := next(iter(self._waiting), identity))",
        "who_came_before",
    ),
    defence(
        26,
        "store/sqlite/remembering.py",
        "if version != connection.version:",
        "if connection.version is None:",
        "revoked_by_another_process",
    ),
    defence(
        26,
        "store/connections.py",
        "            connection.remembered.clear()  # its own commits do not change what it sees as data_version\n",
        "",
        "revoked_by_this_process",
    ),
    defence(26, "oauth/token_endpoints.py", _BOUND, "if found is None:", "what_is_not_the_clients_stays"),
    defence(
        26, "oauth/server.py", "        self.store.revoke_grant(grant.id, self.now())\n", "", "revocation_is_complete"
    ),
    defence(
        26,
        "store/memory/tables.py",
        "grant and grant.revoked_at is None and",
        "grant and",
        "revocation_is_complete person_is_signed_out_everywhere",
    ),
    defence(
        26,
        _SQL,
        "AND grant_.expires_at > :now AND grant_.revoked_at IS NULL",
        "AND grant_.expires_at > :now",
        "revocation_is_complete person_is_signed_out_everywhere",
    ),
    defence(
        26,
        "store/memory/grants.py",
        "            and subject in (None, grant.user.subject)\n",
        "",
        "person_is_signed_out_everywhere",
    ),
    defence(
        26,
        "store/sql/grants.py",
        "provider || ':' || user_id = :subject",
        ":subject != ''",
        "person_is_signed_out_everywhere",
    ),
    defence(
        26,
        "oauth/account.py",
        "count = self._store.revoke_grants(now, client_id=client_id, subject=subject)",
        "count = self._store.revoke_grants(now, client_id=client_id)",
        "account_page_ends_nothing_of_others",
    ),
    defence(
        26,
        "oauth/signin.py",
        "username=user.username)\n        self._end_token(signed_in)",
        "username=user.username)",
        "nothing_is_left_of_a_visit",
    ),
)
