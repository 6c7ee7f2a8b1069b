"""Real clients and the official conformance suite against a real server. `.ci/clients` installs what they need."""
