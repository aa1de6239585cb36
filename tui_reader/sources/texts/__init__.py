"""Texts: HTML and plain text in, Markdown and clean values out."""
