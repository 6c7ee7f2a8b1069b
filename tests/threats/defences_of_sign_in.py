"""The defences of the sign-in, from the authorization request to the callback: T1 to T9."""

from __future__ import annotations

from tests.threats.defence import defence

_MEMORY, _SQL = "store/memory/pending.py", "store/sql/pending.py"
_PAGE = "response = make_response(_page(question))"
_SILENT = (
    "response = make_response(_page(question)) if not oauth().store.list_grants(oauth().server.now(){}) else Redirect("
    "oauth().signin.approve(question.handle, question.csrf_token, question.browser_token, g.urls).location)"
)
_SECRETS = "state, browser_token, verifier = new_secret(), new_secret(), new_secret()"
_STATE_OF_CLIENT = (
    'state = self.store.find_pending(digest(handle), self.server.now()).request["state"]\n'
    "        browser_token, verifier = new_secret(), new_secret()"
)

SIGN_IN = (
    defence(1, "web/authorize.py", _PAGE, _SILENT.format(""), "fresh_client_cannot_ride_an_old_consent"),
    defence(
        2,
        "oauth/registration.py",
        "visible(name).split()",
        "name.split()",
        "name_is_only_text",
    ),
    defence(
        2,
        "templates/consent.html",
        "{{ question.client.name | shown(60) }}",
        "{{ question.client.name | shown(60) | safe }}",
        "name_is_only_text",
    ),
    defence(
        2,
        "templates/consent.html",
        '<bdi>{{ destination.name | shown(80, end=destination.kind == "web") }}</bdi>',
        "",
        "page_tells_what_the_client_did_not_choose",
    ),
    defence(
        2,
        "templates/consent.html",
        "This application registered itself. Nobody has verified its name.",
        "",
        "page_tells_what_the_client_did_not_choose",
    ),
    defence(
        2,
        "visible.py",
        'return max(known, east_asian, len(unicodedata.normalize("NFKC", character)))',
        "return 1",
        "name_leaves_room",
    ),
    defence(
        2,
        "templates/consent.html",
        "{{ describer.name | shown(80, end=true) }}",
        "{{ describer.name | shown(80) }}",
        "host_of_who_describes_itself",
    ),
    defence(
        2,
        "web/applications.py",
        'return destination_of(client.client_id) if origin_of(client) == "document" else None',
        'return Destination(client.client_id, "web") if origin_of(client) == "document" else None',
        "host_of_who_describes_itself",
    ),
    defence(
        3,
        "web/authorize.py",
        "    if foreign:",
        "    if False:",
        "answer_from_another_site",
    ),
    defence(
        3,
        "oauth/signin.py",
        "same_page = hmac.compare_digest(pending.csrf_hash, digest(csrf_token))",
        "same_page = True",
        "answer_with_a_wrong_token two_tabs_both_work",
    ),
    defence(
        3,
        "oauth/signin.py",
        "same_browser = hmac.compare_digest(pending.browser_hash, digest(browser_token))",
        "same_browser = True",
        "answer_without_cookie answer_of_another_browser",
    ),
    defence(3, "web/account.py", "    if foreign:", "    if False:", "account_form_from_another_site"),
    defence(
        3,
        "web/sessions.py",
        'return hmac.compare_digest(self.csrf_token(session).encode(), csrf_token.encode("utf-8", "replace"))',
        "return True",
        "account_form_of_another_browser",
    ),
    defence(
        4,
        _MEMORY,
        "if pending is None or pending.browser_hash != browser_hash:",
        "if pending is None:",
        "callback_in_another_browser departure_of_an_attacker",
    ),
    defence(4, _SQL, "AND browser_hash = :browser_hash ", "", "callback_in_another_browser departure_of_an_attacker"),
    defence(
        5,
        "web/authorize.py",
        _PAGE,
        _SILENT.format(", client_id=question.client.client_id"),
        "same_client_is_asked_about_every_time nor_for_one_that_describes_itself",
    ),
    defence(
        6,
        _MEMORY,
        '                return None\n            return self._keep(replace(pending, stage="done"))\n',
        "                return None\n            return pending\n",
        "used_state",
    ),
    defence(
        6,
        _SQL,
        "SET stage = 'done'\n    WHERE state_hash",
        "SET stage = 'provider'\n    WHERE state_hash",
        "used_state",
    ),
    defence(
        6,
        _MEMORY,
        "return pending if pending and pending.expires_at > now else None",
        "return pending",
        "expired_state",
    ),
    defence(6, _SQL, "AND stage = 'provider' AND expires_at > :now", "AND stage = 'provider'", "expired_state"),
    defence(6, "oauth/signin.py", _SECRETS, _STATE_OF_CLIENT, "guessed_state"),
    defence(
        7,
        "web/provider.py",
        'blueprint.add_url_rule(handler.settings.callback_path, "callback", callback, methods=["GET"])',
        'blueprint.add_url_rule("/<_>/callback", "callback", lambda _: callback(), methods=["GET"])',
        "callback_of_another_provider",
    ),
    defence(
        7,
        "oauth/signin.py",
        'return extended(response.location, {"iss": urls.issuer})',
        "return response.location",
        "every_answer_names_its_issuer",
    ),
    defence(
        7,
        "oauth/signin.py",
        '{**dict(error.get_body()), "iss": urls.issuer}',
        "dict(error.get_body())",
        "every_answer_names_its_issuer",
    ),
    defence(
        7,
        "oauth/signin.py",
        "return Arrival(self._issue(pending, signed_in, urls))",
        "return Arrival(self._issue(pending, signed_in, urls), signed_in.user)",
        "account_and_client_do_not_mix",
    ),
    defence(
        8,
        "oauth/grants.py",
        "if asked and not client.check_redirect_uri(asked):",
        "if False:",
        "bad_redirect_uri_is_never_followed",
    ),
    defence(
        8,
        "web/errors.py",
        "if error.redirect_uri:",
        'error.redirect_uri = error.redirect_uri or request.args.get("redirect_uri")\n    if error.redirect_uri:',
        "bad_redirect_uri_is_never_followed unknown_client_is_never_redirected",
    ),
    defence(
        9,
        "redirect_uris.py",
        'if scheme in _DANGEROUS_SCHEMES or scheme.startswith("ms-") or scheme.endswith("-extension"):',
        "if False:",
        "registration_refuses",
    ),
    defence(9, "redirect_uris.py", 'if "@" in parts.netloc:', "if False:", "registration_refuses"),
    defence(9, "redirect_uris.py", "if _DOT_SEGMENT.search(parts.path):", "if False:", "registration_refuses"),
    defence(
        9,
        "redirect_uris.py",
        "if not _VISIBLE_ASCII.fullmatch(uri) or _UNSAFE.search(uri):",
        "if False:",
        "registration_refuses",
    ),
    defence(
        9,
        "redirect_uris.py",
        'if parts.scheme.lower() == "http" and host_of(parts) not in LOOPBACK_HOSTS:',
        "if False:",
        "registration_refuses",
    ),
    defence(
        9,
        "web/applications.py",
        'return Destination(f"{parts.scheme}:", "scheme")',
        'return Destination(parts.netloc or f"{parts.scheme}:", "scheme")',
        "answer_goes_where_the_page_says",
    ),
)
