"""Files of articles: their front matter, and what its fields say."""
