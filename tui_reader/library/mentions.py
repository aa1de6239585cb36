"""What a list tells of another article: what that is known by, and what it is where no source has it."""

from tui_reader import clean
from tui_reader.model import Article, Mention


def article_of(mention: Mention) -> Article:
    return Article(
        title=mention.title,
        url=mention.url,
        alternate_urls=mention.alternate_urls,
        summary=mention.summary,
        provider=mention.provider,
        domain=mention.domain,
        kind=mention.kind,
        published=mention.published,
        quality=mention.quality,
    )


def names(mention: Mention, source: int | None, path: str | None) -> list[str]:
    """Its addresses as the library keeps them; of a member of a collection, where its file may be."""
    if mention.url:
        return [clean.canonical(url) for url in (mention.url, *mention.alternate_urls)]
    if source is None or path is None:
        return []
    return [f"{source}:{stem}" for stem in stems(path, mention.path)] if mention.path else []


def stems(path: str, member: str) -> list[str]:
    """Where the member of a collection may be: from the collection's own folder, then from those above it."""
    folders = path.split("/")[:-1]
    return ["/".join([*folders[:depth], member]) for depth in range(len(folders), -1, -1)]
