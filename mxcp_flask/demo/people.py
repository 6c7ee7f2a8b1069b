"""The invented people who can sign in at the stand-in identity provider."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Address:
    """An e-mail address of a person, as ``/user/emails`` lists it."""

    email: str
    primary: bool = False
    verified: bool = False
    public: bool = False


@dataclass(frozen=True)
class Person:
    """An account at the provider."""

    login: str
    id: int
    name: str | None
    addresses: tuple[Address, ...]

    @property
    def public_email(self) -> str | None:
        """Return the address that the profile shows, or None when the person shows none."""
        return next((address.email for address in self.addresses if address.public), None)


PEOPLE = (
    Person(
        login="ada-fixture",
        id=4711,
        name="Ada Fixture",
        addresses=(Address("old-ada@example.org"), Address("ada@example.org", primary=True, verified=True)),
    ),
    Person(
        login="bo-fixture",
        id=4712,
        name="Bo Fixture",
        addresses=(
            Address("bo@example.org", primary=True, verified=True, public=True),
            Address("bo-second@example.org", verified=True),
        ),
    ),
    Person(login="cy-fixture", id=4713, name=None, addresses=(Address("cy@example.org", primary=True),)),
)
