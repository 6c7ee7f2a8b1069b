"""What every store promises about clients that registered and client metadata documents."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mxcp_flask.errors import StoreError
from mxcp_flask.records import Client
from mxcp_flask.store import Store
from tests.contracts.store.samples import ACCESS, CLIENT, DOCUMENT, GRANT, NOW, RACERS, add_grant, issue, race


class ClientsContract:
    """Inherited through ``StoreContract``."""

    def test_client_round_trip(self, store: Store) -> None:
        """A client comes back field by field."""
        store.add_client(CLIENT)

        assert store.get_client("client-1") == CLIENT

    def test_public_client_round_trip(self, store: Store) -> None:
        """A client with nothing but what is needed comes back as it was."""
        client = Client(client_id="public", name="Public", redirect_uris=("https://app.example/cb",))
        store.add_client(client)

        assert store.get_client("public") == client

    @pytest.mark.parametrize(
        "client_id", ["", "unknown", "CLIENT-1", "client-1\0", "' OR 1=1 --", "\ud800", "x" * 9999]
    )
    def test_unknown_client(self, store: Store, client_id: str) -> None:
        """Any identifier that no client has gives None."""
        store.add_client(CLIENT)

        assert store.get_client(client_id) is None

    def test_client_twice(self, store: Store) -> None:
        """A second client with the same identifier is refused and changes nothing."""
        store.add_client(CLIENT)

        with pytest.raises(StoreError):
            store.add_client(replace(CLIENT, name="Another"))
        assert store.get_client("client-1") == CLIENT

    def test_document_round_trip(self, store: Store) -> None:
        """The client of a metadata document comes back field by field."""
        store.put_client(DOCUMENT)

        assert store.get_client(DOCUMENT.client_id) == DOCUMENT

    def test_document_is_replaced(self, store: Store) -> None:
        """A document that was read again takes the place of the one before, field by field."""
        store.put_client(DOCUMENT)
        newer = replace(
            DOCUMENT,
            name="Newer",
            redirect_uris=(),
            secret_hash=None,
            issued_at=NOW + 9,
            last_used_at=NOW + 10,
            fresh_until=NOW + 900,
        )
        store.put_client(newer)

        assert store.list_clients() == [newer]

    def test_document_keeps_its_last_use(self, store: Store) -> None:
        """A document that was read again and does not say when it was used keeps the time of the one before."""
        store.put_client(DOCUMENT)
        newer = replace(DOCUMENT, last_used_at=None, fresh_until=NOW + 900)
        store.put_client(newer)

        assert store.get_client(DOCUMENT.client_id) == replace(newer, last_used_at=DOCUMENT.last_used_at)

    @pytest.mark.parametrize(
        ("last_used_at", "now", "remembered"),
        [
            (None, NOW, NOW),
            (NOW, NOW + 3_599, NOW),
            (NOW, NOW + 3_600, NOW + 3_600),
            (NOW, NOW - 10, NOW),
        ],
        ids=["first", "within an hour", "after an hour", "clock behind"],
    )
    def test_touch_client(self, store: Store, last_used_at: int | None, now: int, remembered: int) -> None:
        """A use is remembered unless the one that is known is younger than an hour; nothing else changes."""
        store.add_client(replace(CLIENT, last_used_at=last_used_at))
        store.touch_client(CLIENT.client_id, now)

        assert store.get_client(CLIENT.client_id) == replace(CLIENT, last_used_at=remembered)

    @pytest.mark.parametrize("client_id", ["unknown", "\ud800"])
    def test_touch_unknown_client(self, store: Store, client_id: str) -> None:
        """The use of a client that the store does not have changes nothing."""
        store.add_client(CLIENT)
        store.touch_client(client_id, NOW)

        assert store.list_clients() == [CLIENT]

    def test_list_clients(self, store: Store) -> None:
        """All clients are listed and counted, the oldest first and those of one second by their identifiers."""
        clients = [replace(CLIENT, client_id=name, issued_at=at) for name, at in [("b", NOW), ("a", NOW), ("c", 0)]]
        for client in clients:
            store.add_client(client)
        store.put_client(DOCUMENT)

        assert [client.client_id for client in store.list_clients()] == ["c", "a", "b", DOCUMENT.client_id]
        assert store.count_clients() == 4

    def test_no_clients(self, store: Store) -> None:
        """An empty store lists and counts none."""
        assert store.list_clients() == []
        assert store.count_clients() == 0

    @pytest.mark.parametrize(
        "client", [CLIENT, replace(DOCUMENT, client_id="client-1")], ids=["registered", "document"]
    )
    def test_remove_client(self, store: Store, client: Client) -> None:
        """A removed client is gone with its grants, and nobody else's; it is removed once."""
        store.put_client(client)
        issue(store)
        other = replace(GRANT, id="grant-2", client_id="client-2")
        add_grant(store, other)

        assert store.remove_client("client-1", NOW)
        assert store.list_clients() == []
        assert store.find_token(ACCESS.token_hash, NOW) is None
        assert store.list_grants(NOW) == [replace(other, provider_token=None)]
        assert not store.remove_client("client-1", NOW)

    @pytest.mark.parametrize("client_id", ["client-1", "unknown", "\ud800"])
    def test_remove_unknown_client(self, store: Store, client_id: str) -> None:
        """Removing a client that the store does not have, such as a configured one, leaves its grants alone."""
        issue(store)

        assert not store.remove_client(client_id, NOW)
        assert store.find_token(ACCESS.token_hash, NOW) == (ACCESS, GRANT)

    def test_count(self, store: Store) -> None:
        """Counting starts anew with each window, which begins at a multiple of its length, for each key."""
        counted = [
            store.count(key, now, window)
            for key, now, window in [
                ("a", 60, 60),
                ("a", 119, 60),
                ("b", 119, 60),
                ("a", 119, 30),
                ("a", 120, 60),
                ("a", 119, 60),
                ("a", 119, 120),
            ]
        ]

        assert counted == [1, 2, 1, 1, 1, 3, 1]

    def test_count_amounts(self, store: Store) -> None:
        """Whatever amount is counted at once is added, none and large ones too."""
        amounts = [5, 0, 1, 10**12, -2]

        assert [store.count("key", NOW, 60, amount) for amount in amounts] == [5, 5, 6, 10**12 + 6, 10**12 + 4]

    @pytest.mark.parametrize("amount", [1, 7])
    def test_race_to_count(self, store: Store, amount: int) -> None:
        """Of counts at once, each is counted and learns a sum of its own."""
        counted = race(lambda: store.count("key", NOW, 60, amount))

        assert sorted(counted) == [amount * number for number in range(1, RACERS + 1)]
