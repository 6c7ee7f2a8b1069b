"""The defences of what goes out, and of what is believed of a request: T16 to T20, T22 and T23."""

from __future__ import annotations

from tests.threats.defence import defence

ANSWERS = (
    defence(16, "web/headers.py", "; frame-ancestors 'none'", "", "no_page_is_framed"),
    defence(16, "web/headers.py", '        headers["X-Frame-Options"] = "DENY"\n', "", "no_page_is_framed"),
    defence(16, "templates/style.css", "transition: visibility 0s .5s; ", "", "double_click"),
    defence(
        17,
        "web/cookies.py",
        "{'__Host-' if secure else ''}",
        "",
        "cookies_are_nobody_elses account_cookie_is_nobody_elses weaker_cookie_is_ignored",
    ),
    defence(
        17, "web/cookies.py", 'return g.urls.base.startswith("https:")', "return False", "cookies_are_nobody_elses"
    ),
    defence(
        18,
        "outbound/client.py",
        "if target.host not in self.allow_hosts and not all(map(is_public, addresses)):",
        "if False:",
        "private_addresses",
    ),
    defence(
        18,
        "outbound/connection.py",
        "str(address), target.port, timeout=seconds, ssl_context",
        "target.name, target.port, timeout=seconds, ssl_context",
        "rebinding",
    ),
    defence(18, "outbound/client.py", "if size > self.largest:", "if False:", "answers_are_bounded"),
    defence(18, "oauth/client_document.py", "if answer.status != 200:", "if False:", "answers_are_bounded"),
    defence(
        18, "providers/salesforce.py", "if not url or self._is_trusted(url):", "if True:", "instance_of_salesforce"
    ),
    defence(19, "oauth/tokens.py", 'return "<issued token>"', "return super().__repr__()", "sign_in_at_debug"),
    defence(
        19, "logs/setup.py", 'for name in ("authlib", "urllib3"):', 'for name in ("urllib3",):', "sign_in_at_debug"
    ),
    defence(19, "logs/setup.py", "werkzeug.addFilter(WithoutQuery())", "pass", "access_log_of_the_development_server"),
    defence(
        20,
        "web/headers.py",
        '    ("Referrer-Policy", "no-referrer"),\n',
        "",
        "no_answer_of_a_sign_in_is_kept_or_named",
    ),
    defence(
        20,
        "web/headers.py",
        'headers["Cache-Control"] = "no-store"',
        "pass",
        "no_answer_of_a_sign_in_is_kept_or_named",
    ),
    defence(
        22,
        "web/hosts.py",
        "trusted = self.proxies.trusts(peer)",
        "trusted = True",
        "spoofed_headers_change_nothing foreign_host_is_refused only_listed_proxies_are_believed",
    ),
    defence(
        22,
        "web/hosts.py",
        "self._require_base(host, headers, trusted)",
        "pass",
        "foreign_host_is_refused",
    ),
    defence(22, "web/proxies.py", "while hops and self.trusts(address):", "while hops:", "address_cannot_be_chosen"),
    defence(
        22,
        "web/proxies.py",
        '_require_agreement(element, plain, headers.get("Host", ""), configured)',
        "pass",
        "what_passes_a_proxy_is_not_its_word",
    ),
    defence(
        22,
        "web/proxies.py",
        "if self.anyone or element.sender is None or not self.trusts(address_of(element.sender)):",
        "if False:",
        "only_the_proxys_element_counts",
    ),
    defence(22, "web/x_forwarded.py", "if len(values) > 1:", "if False:", "what_passes_a_proxy_is_not_its_word"),
    defence(
        22,
        "web/prefix.py",
        'from_client = "HTTP_SCRIPT_NAME" in environ',
        "from_client = False",
        "mount_cannot_be_chosen",
    ),
    defence(
        23,
        "oauth/requests.py",
        'raise InvalidRequestError("A parameter is repeated in request.")',
        "continue",
        "repeated_parameter_is_never_redirected token_endpoints consent_and_callback",
    ),
    defence(23, "web/forms.py", "if request.query_string:", "if False:", "token_endpoints"),
)
