"""RFC 7239's header: what a proxy may write is read, and what nobody may write does no harm."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mxcp_flask.errors import ForwardedUnclear
from mxcp_flask.web.forwarded import Element, parse
from mxcp_flask.web.proxies import Proxies
from tests.fuzz.effort import examples
from tests.fuzz.texts import texts

PRINTABLE = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=30)
ELEMENTS = st.builds(Element, *(st.none() | PRINTABLE for _ in range(3))).filter(lambda element: element != Element())
PIECES = st.lists(
    st.sampled_from([*'=;,"\\ \t', "for", "host", "proto", "a", "[::1]", "10.0.0.1"]) | texts, max_size=30
)


def quoted(element: Element) -> str:
    """Return the element as a proxy writes it."""
    values = {"for": element.sender, "host": element.host, "proto": element.proto}
    escaped = {
        name: value.replace("\\", r"\\").replace('"', r"\"") for name, value in values.items() if value is not None
    }
    return ";".join(f'{name}="{value}"' for name, value in escaped.items())


@examples(200)
@given(elements=st.lists(ELEMENTS, max_size=5))
def test_what_is_written_is_read(elements: list[Element]) -> None:
    """Any elements with any printable values, in quotes, come back as they were."""
    assert parse(", ".join(map(quoted, elements))) == elements


@examples(300)
@given(pieces=PIECES, mine=ELEMENTS)
def test_a_client_cannot_reach_the_proxys_element(pieces: list[str], mine: Element) -> None:
    """Whatever a client writes before it, the last element is the proxy's own, or the whole header is refused."""
    elements = parse(f"{''.join(pieces)}, {quoted(mine)}")

    assert elements is None or elements[-1] == mine


@examples(200)
@given(header=texts, others=st.dictionaries(st.sampled_from(["X-Forwarded-Proto", "X-Forwarded-Host", "Host"]), texts))
def test_headers_are_read_or_refused(header: str, others: dict[str, str]) -> None:
    """Any header gives a scheme of the web or none, or is refused in words."""
    try:
        said = Proxies(("10.0.0.0/8",)).said({"Forwarded": header, **others})
    except ForwardedUnclear:
        return
    assert said.scheme in {None, "http", "https"}
