"""What opens over the main screen, asks, and answers."""
