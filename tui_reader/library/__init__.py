"""The local store: the only room that knows SQL."""
