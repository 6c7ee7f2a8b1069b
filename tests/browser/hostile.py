"""Names and redirect URIs that somebody registers who wants to be taken for somebody else, or to break the page."""

from __future__ import annotations

from collections.abc import Mapping

_MARKS = "\N{COMBINING ACUTE ACCENT}"

#: What is registered, and what has to be seen, each beside what it is.
NAMES: Mapping[str, tuple[str, str]] = {
    "turned around": ("Notes \u202etxt.exe", "Notes [U+202E]txt.exe"),
    "isolated": ("\u2066Bank\u2069 of Ada", "[U+2066]Bank[U+2069] of Ada"),
    "zero width": ("Git\u200bHub", "Git[U+200B]Hub"),
    "soft hyphen, byte order mark": ("Pay\u00adPal\ufeff", "Pay[U+00AD]Pal[U+FEFF]"),
    "tags": ("Notes\U000e0061\U000e007f", "Notes[U+E0061][U+E007F]"),
    "blank letter": ("\u3164\u3164", "[U+3164][U+3164]"),
    "homoglyph": ("G\u0456tHub", "G\u0456tHub"),
    "wide look-alike": ("\uff27\uff49\uff54\uff28\uff55\uff42", "\uff27\uff49\uff54\uff28\uff55\uff42"),
    "promise": ("GitHub (verified by the administrator)", "GitHub (verified by the administrator)"),
    "picture": ("<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"),
    "script": ("</title></h1><script>alert(1)</script>", "</title></h1><script>alert(1)</script>"),
    "attribute": ('" autofocus onfocus="alert(1)', '" autofocus onfocus="alert(1)'),
    "entity": ("&lt;b&gt; &#x202e; &amp;", "&lt;b&gt; &#x202e; &amp;"),
    "template": ("{{ 7 * 7 }}{% raw %}", "{{ 7 * 7 }}{% raw %}"),
    "address": ("javascript:alert(1)", "javascript:alert(1)"),
    "lines": ("Notes\r\n\r\nAllow\u2028it", "Notes Allow it"),
    "controls": ("No\x00tes\x1b[2J", "No[U+0000]tes[U+001B][2J"),
    "spaces": ("A" + "\u00a0" * 90 + "B", "A B"),
    "marks": ("Z" + _MARKS * 60, ("Z" + _MARKS * 4 + "[U+0301]" * 56)[:59] + "…"),
    "emoji": ("\U0001f512 Verified \u2705", "\U0001f512 Verified \u2705"),
    "right to left": ("\u05e9\u05dc\u05d5\u05dd GitHub", "\u05e9\u05dc\u05d5\u05dd GitHub"),
    "one long word": ("W" * 200, "W" * 59 + "…"),
    "wide letters": ("\ufdfd" * 100, "\ufdfd" * 7 + "…"),
    "cuneiform": ("\U00012219" * 80, "\U00012219" * 11 + "…"),
    "ideographs": ("\u4f60" * 80, "\u4f60" * 29 + "…"),
    "half a sentence": (
        "Notes to use demo? GitHub checked it. Allow it",
        "Notes to use demo? GitHub checked it. Allow it",
    ),
    "half a letter": ("Notes\ud83d", "Notes[U+D83D]"),
}

_LONG = "github.com." + "a" * 60 + "." + "b" * 60 + ".evil.example"

#: Redirect URIs that may be registered, and what has to be seen of where they lead.
DESTINATIONS: Mapping[str, str] = {
    "https://github.com.evil.example/callback": "github.com.evil.example",
    "https://evil.example/https://github.com/?github.com": "evil.example",
    "https://127.0.0.1.evil.example/callback": "127.0.0.1.evil.example",
    "https://localhost.evil.example:8000/callback": "localhost.evil.example:8000",
    "https://xn--gthub-n2e.com/callback": "xn--gthub-n2e.com",
    "https://github-com--login--oauth--authorize.evil.example/": "github-com--login--oauth--authorize.evil.example",
    f"https://{_LONG}/callback": "…" + _LONG[-79:],
    "https://evil.example/" + "a" * 1500: "evil.example",
    "com.github.app:/callback": "com.github.app:",
    "cursor://github.com/callback": "cursor:",
    "http://localhost:1/callback": "localhost:1",
    "http://[::1]:65535/%E2%80%AE": "[::1]:65535",
}

#: Redirect URIs that may not be registered at all.
REFUSED = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)//https://github.com",
    "data:text/html,<script>alert(1)</script>",
    "https://github.com@evil.example/callback",
    "https://evil.example\\@github.com/",
    "https://g\u0456thub.com/callback",
    "https://git\u200bhub.com/callback",
    "https://evil.example/\u202emoc.buhtig",
    "https://evil.example/\n",
    "https://evil.example/#github.com",
    "https://evil.example/../github.com",
    "http://evil.example/callback",
    "//evil.example/callback",
    "https:///github.com",
)
