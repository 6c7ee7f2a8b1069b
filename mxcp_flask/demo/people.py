"""The invented people who can sign in at the stand-in identity provider."""

from __future__ import annotations

from dataclasses import dataclass

from mxcp_flask.records import Site


@dataclass(frozen=True)
class Address:
    """An e-mail address of a person, as GitHub's ``/user/emails`` lists it."""

    email: str
    primary: bool = False
    verified: bool = False
    public: bool = False


@dataclass(frozen=True)
class Person:
    """An account at the provider, whichever dialect that speaks."""

    login: str
    id: int
    name: str | None
    addresses: tuple[Address, ...]
    organizations: tuple[str, ...] = ()  # at GitHub
    sites: tuple[Site, ...] = ()  # at Atlassian
    active: bool = True  # GitHub has nothing of the kind

    @property
    def public_email(self) -> str | None:
        """Return the address that GitHub's profile shows, or None when the person shows none."""
        return next((address.email for address in self.addresses if address.public), None)

    @property
    def primary(self) -> Address | None:
        """Return the address that a provider which keeps only one would know, if there is any."""
        return next((address for address in self.addresses if address.primary), None)


_OBSERVATORY = Site("11111111-2222-4333-8444-555555555555", "observatory", "https://observatory.atlassian.net")
_PLANETARIUM = Site("66666666-7777-4888-9999-000000000000", "planetarium", "https://planetarium.atlassian.net")

PEOPLE = (
    Person(
        login="ada-fixture",
        id=4711,
        name="Ada Fixture",
        addresses=(Address("old-ada@example.org"), Address("ada@example.org", primary=True, verified=True)),
        organizations=("observatory",),
        sites=(_OBSERVATORY,),
    ),
    Person(
        login="bo-fixture",
        id=4712,
        name="Bo Fixture",
        addresses=(
            Address("bo@example.org", primary=True, verified=True, public=True),
            Address("bo-second@example.org", verified=True),
        ),
        sites=(_OBSERVATORY, _PLANETARIUM),
    ),
    Person(login="cy-fixture", id=4713, name=None, addresses=(Address("cy@example.org", primary=True),)),
)

INACTIVE = Person(
    login="dee-fixture",
    id=4714,
    name="Dee Fixture",
    addresses=(Address("dee@example.org", primary=True, verified=True),),
    sites=(_OBSERVATORY,),
    active=False,
)
