"""What pages say of themselves around an article and within: whom to follow, what to read, who wrote it."""

import re
from itertools import islice
from typing import TYPE_CHECKING

from tui_reader.sources.pages.runs import Run
from tui_reader.sources.texts import values

if TYPE_CHECKING:
    from lxml.etree import _Element

NOISE = 20
"""Words of the longest line that no article says."""
SELDOM = 12
"""Words of the longest line about who wrote an article, and when."""
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
DEEP = 60
"""Ancestors that are asked for their names."""

# Their classes name topics and authors, too.
_WHOLE = frozenset(("html", "body", "main", "article"))
_ASIDES = frozenset(("nav", "aside", "footer", "form", "menu"))


def _named(names: str) -> re.Pattern[str]:
    """A class or an id that is one of these, or has it as a part: `post-share` is `share`."""
    return re.compile(rf"(?:^|[\s_-])(?:{'|'.join(names.split())})(?:$|[\s_-])", re.IGNORECASE)


_ASIDE_NAMES = _named(
    r"related promo promoted promotion share sharing shar(?:e|ing)-?(?:bar|buttons?|links|tools|this)"
    r" social newsletter news-letter side-?bar advert advertisement advertising advertorial ads?"
    r" ad-?(?:slot|unit|container|wrapper|box) comments? recommended recommendations? avatar by-?line"
    r" authors? author-?(?:bio|box|card|info|profile) bio trending outbrain taboola"
    r" more-(?:from|on|stories|news) read-(?:more|next|also) subscri(?:be|ption)(?:-?\w+)? teasers?"
    r" cookies? consent tags? tag-?list tags-links breadcrumbs? pagination pager print toolbar sign-?up"
    r" paywall donate donation disclaimer affiliate jump-?to toc table-of-contents"
    r" site-?(?:nav|footer|header) rating popular most-read yarpp jp-relatedposts sharedaddy addtoany"
)
_EMBED_NAMES = re.compile(r"embed|tweet|instagram-media|tiktok|caption", re.IGNORECASE)
# Clear enough to take out what trafilatura chose.
_AROUND_NAMES = _named(
    r"related-?(?:posts?|articles?|stories|content|links?|news) share-?(?:bar|buttons|links|tools|this)"
    r" newsletter author-?(?:bio|box|card|info|profile) about-(?:the-)?author post-author bio most-read"
    r" more-(?:from|on|stories) read-(?:next|also|more) recommended affiliate sharedaddy yarpp"
    r" jp-relatedposts tags-links post-tags article-tags comment-?(?:s|list|form|respond|box|thread)"
    r" comments-area"
    r" subscribe(?:-?\w+)? post-navigation breadcrumbs? sign-?up toc table-of-contents"
)
_ABOUT_NAMES = _named(
    r"by-?lines? authors? date dateline pub-?date published timestamp time meta post-?meta entry-?meta"
    r" posted-on read(?:ing)?-?time kicker category categories eyebrow breadcrumbs? section-?name updated"
)
_PULLED = re.compile(
    r"pull-?(?:ed-?)?quote|quote-?pull|blockquote-?highlight|tweet(?:able|-?this)|click-to-tweet", re.I
)

_NOISE = re.compile(
    r"""(?:
    media\ playback\ is\ (?:unsupported|not\ supported)\ on\ (?:your|this)\ device
    | (?:sorry,?\s)?your\ (?:web\ )?browser\ (?:does\ not|doesn['’]t|can(?:not|['’]t))
        \ (?:support|play|display)\b.*
    | (?:to\ (?:view|play|watch)\ this\ video,?\ )?please\ enable\ java\ ?script\b.*
    | this\ video\ (?:is\ not|isn['’]t)\ available | video\ (?:unavailable|player\ is\ loading\b.*)
    | (?:skip\ |close\ )?(?:advertisement|advertising|advert)
    | anzeige|werbung|publicité|publicidad|publicidade|pubblicità|advertentie|annons|reklama|реклама|広告|광고
    | (?:story|article|content)\ continues\ (?:below|after)(?:\ (?:the\ )?(?:ad|advertisement|this\ ad))?
    | scroll\ to\ continue | continue\ reading\ (?:below|the\ main\ story)
    | (?:skip|jump)\ (?:to|past|ad|in)\b.{0,40}
    | image\ (?:copyright|caption|source) | (?:hide|show|toggle)\ caption | enlarge(?:\ this\ image)?
    | (?:view|see|open|enlarge|expand)\ (?:image|photo|picture|gallery)(?:\ in\ .{0,20})?
    | view\ all\ \d+(?:\ (?:photos|images))?
    | (?:click\ to\ )?(?:share|tweet|print|e-?mail|pin\ it|copy|like|save|bookmark|reblog)
        (?:\ (?:the|this|on|by|via|to|with|article|story|post|page|link|a|friend|facebook|twitter|x|linkedin
        |reddit|whatsapp|pinterest|telegram|e-?mail|bluesky|mastodon|flipboard|\(?opens|in|new|window\)?
        |/|&|and|:)){0,12}
    | you\ have\ \d+\ (?:free\ )?(?:articles?|stories|story)\ (?:left|remaining)\b.{0,40}
    | report | (?:link\ )?copied!? | loading\s?(?:\.{3}|…)? | play(?:\ (?:video|audio))? | listen | follow
    | listen\ to\ (?:this\ )?article
    | (?:follow|like|find|join)\ us\ (?:on|at)\b.{0,60}
    | (?:sign\ up\ (?:for|to)|subscribe\ to|get)\ (?:our|the|my)\ (?:\w+\ ){0,3}newsletters?\b.{0,40}
    | subscribe(?:\ now)? | sign\ up(?:\ now)? | (?:leave|post|add)\ a\ (?:comment|reply) | \d+\ comments?
    | teilen|drucken|artikel\ merken|kommentieren|zum\ artikel | partager|imprimer | compartir|imprimir
    )[\s.:!…]*""",
    re.IGNORECASE | re.VERBOSE,
)
_LEADS_AWAY = re.compile(
    r"""(?:
    read\ (?:more|also|next|on)\b | (?:also|further)\ read(?:ing)?\b | see\ (?:also|more)\b
    | more\ (?:on\ this|from|stories)\b | (?:what\ to\ )?(?:watch|read)\ next\b | don['’]t\ miss\b
    | (?:related|recommended|suggested)(?:\ (?:articles?|stories|story|coverage|content|posts?|reading
        |links?|topics|news))?\s*[:|]
    | you\ (?:may|might)\ (?:also\ )?(?:like|enjoy)\b
    | (?:lesen|lies)\ (?:sie\ )?(?:auch|dazu|mehr)\b | mehr\ (?:zum\ thema|dazu)\b
    | auch\ interessant\b | siehe\ auch\b | (?:à\ )?lire\ (?:aussi|également|la\ suite)\b
    | (?:lea|lee|leer|ver)\ (?:también|más)\b | te\ puede\ interesar\b
    | leia\ (?:também|mais)\b | veja\ também\b | leggi\ anche\b | lees\ ook\b
    | läs\ (?:också|även|mer)\b | les\ også\b
    | czytaj\ (?:także|też)\b | читайте\ также\b | читати\ також\b
    | 関連記事 | あわせて読みたい | 相关阅读 | 延伸阅读 | 관련\ ?기사
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_RELATED_HEADING = re.compile(
    r"(?:related|recommended|suggested|popular|trending|latest|more)"
    r"(?: (?:articles?|stories|posts?|content|links?|reading|coverage|topics|news|videos?|episodes?"
    r"|pages|products"
    r"|for you|now|from\b.{0,40}))?|share|tags|topics|comments?|about the authors?"
    r"|ähnliche (?:artikel|beiträge)|das könnte (?:sie|dich).{0,30}|à lire aussi|関連記事|相关(?:文章|新闻)",
    re.IGNORECASE,
)
_READING_TIME = re.compile(
    r"(?:\w+ ){0,3}\d{1,3}[ -]?min(?:ute|uten|utes|uti|utos)?s?\b\.?(?: \w+){0,3}", re.I
)
_DATED = re.compile(r"(?=.*\b(?:19|20)\d\d\b)(?=.*\b\d{1,2}\b)[^.!?]{6,80}")
_BY = re.compile(r"(?:by|von|par|por|di|av|door) [^.!?]{3,80}", re.IGNORECASE)
_RULE = re.compile(r"[*_\-–—=~·•∙⁂❦❧✦✻#+◆◇■□★☆※\s]{1,80}")
_REFERENCES = re.compile(
    r"(?:references?|sources?|further reading|links?|footnotes?|notes|bibliography|resources"
    r"|show notes|credits|quellen|einzelnachweise|literatur|weblinks|références|sources et références"
    r"|fuentes|referencias|fonti"
    r"|источники|ссылки|примечания|参考(?:文献|资料)|脚注)\s*:?",
    re.IGNORECASE,
)


def is_noise(run: Run) -> bool:
    """What players, buttons and advertisements say, wherever they stand."""
    if len(run.text) > 12 * NOISE or len(run.words) > NOISE or run.block.tag in HEADINGS:
        return False
    return _NOISE.fullmatch(run.text) is not None


def is_rule(text: str) -> bool:
    """A line drawn of letters: `* * *`."""
    return _RULE.fullmatch(text) is not None


def is_references(text: str) -> bool:
    """A heading under which links are a part of the text."""
    return _REFERENCES.fullmatch(text) is not None


def leads_away(run: Run) -> bool:
    """`Read more:` and a link, or a heading over such links."""
    if not run.words:
        return False
    if run.block.tag in HEADINGS and _RELATED_HEADING.fullmatch(run.text.rstrip(" :")):
        return True
    match = _LEADS_AWAY.match(run.text)
    if match is None:
        return False
    linked = run.linked_words()
    return linked > 0 and linked + len(match[0].split()) + 1 >= len(run.text.split())


def is_about(run: Run) -> bool:
    """Who wrote an article, and when; where it stands."""
    if len(run.words) > SELDOM:
        return False
    owner = run.owner
    told = run.text.strip(" ·•|—–-,:")
    if _READING_TIME.fullmatch(told) or _BY.fullmatch(told) or values.when(told) is not None:
        return True
    if _DATED.fullmatch(told) and run.block.tag not in HEADINGS:
        return True
    if owner.tag in ("time", "address") or any(
        above.tag == "time" for above in islice(owner.iterancestors(), 2)
    ):
        return True
    around = (owner, *islice(owner.iterancestors(), 3))
    return any(_ABOUT_NAMES.search(_names(element)) for element in around if element.tag not in _WHOLE)


def is_pulled(element: "_Element") -> bool:
    """Whether it stands in what is named after a quote of the article itself, set large."""
    return any(
        at.tag == "aside" or _PULLED.search(_names(at))
        for at in islice((element, *element.iterancestors()), 5)
    )


def stands_in(run: Run) -> bool:
    """Whether it stands in something that is named after what stands around articles."""
    return any(
        _AROUND_NAMES.search(_names(element))
        for element in islice((run.owner, *run.owner.iterancestors()), 6)
        if element.tag not in _WHOLE
    )


def is_aside(element: "_Element", top: "_Element", live: set["_Element"]) -> bool:
    """Whether an element stands in something beside the text; nothing that holds text that stays is that."""
    for at in islice((element, *element.iterancestors()), DEEP):
        if at is top or at in live:
            return False
        names = _names(at)
        if at.tag in _ASIDES or (_ASIDE_NAMES.search(names) and not _EMBED_NAMES.search(names)):
            return True
    return False


def _names(element: "_Element") -> str:
    return f"{element.get('class', '')[:300]} {element.get('id', '')[:100]}"
