"""The main screen, a layer for each of its concerns, and the threads that work for it."""
