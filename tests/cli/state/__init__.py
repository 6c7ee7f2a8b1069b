"""The OAuth state in a file, as operators copy it, bring it back, and seal it anew."""
