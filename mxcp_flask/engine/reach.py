"""Which hosts SQL may read from.

An endpoint's SQL is the project's own: any public host over https, and this machine for development where its text
names it, unless the site lists ``allowed_hosts``. A model can be talked into sending a token elsewhere, so that what it
writes reaches only the provider's API and the listed hosts. A private address needs a host that the configuration
names.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from mxcp_flask.engine.settings import DatabaseSettings
from mxcp_flask.records import Identity
from mxcp_flask.redirect_uris import LOOPBACK_HOSTS


@dataclass(frozen=True)
class Reach:
    """Hosts as URLs spell them, in lower case. ``trusted`` ones may have private addresses, and any port."""

    trusted: frozenset[str]
    public: frozenset[str] | None = frozenset()  # others, with public addresses; None: every host

    def admits(self, host: str) -> bool:
        """Tell whether ``host`` may be asked."""
        return host in self.trusted or self.public is None or host in self.public

    def of_redirects(self, first: str) -> Reach:
        """Return where redirects may lead from ``first``: a host elsewhere may not name this machine's services."""
        if self.public is not None or first in LOOPBACK_HOSTS:
            return self
        return replace(self, trusted=self.trusted - frozenset(LOOPBACK_HOSTS))


NOWHERE = Reach(frozenset())


def loopback_hosts_in(text: str) -> frozenset[str]:
    """Return the names of this machine that stand in ``text``."""
    lowered = text.lower()
    return frozenset(host for host in LOOPBACK_HOSTS if host in lowered)


def reach_of_endpoints(settings: DatabaseSettings, identity: Identity, named: frozenset[str]) -> Reach:
    """Return where the SQL of endpoint files reaches, which names the loopback hosts ``named``.

    An argument cannot bring this machine in, the text must.
    """
    if settings.allowed_hosts:
        return Reach(_lower(*settings.allowed_hosts))
    return Reach(named | loopback_hosts_in(identity.instance_url), public=None)


def reach_of_models(settings: DatabaseSettings, identity: Identity) -> Reach:
    """Return where SQL reaches that a model wrote for ``identity``."""
    own = urlsplit(identity.instance_url).hostname if identity.instance_url else None
    return Reach(_lower(*settings.allowed_hosts, *settings.provider_hosts), public=_lower(*([own] if own else [])))


def _lower(*hosts: str) -> frozenset[str]:
    return frozenset(host.lower() for host in hosts)
