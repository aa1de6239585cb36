"""An article's text: Markdown in, lines for the screen out."""
