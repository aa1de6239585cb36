"""Pages: where the article is on one, and what the page says of it."""
