"""Pages in front of articles are refused with a sentence; articles that speak of such things are read."""

import pytest

from tests.sources.pages import HERE, captured, read
from tui_reader.sources.page import NoArticle

SENTENCES = (
    "The ferry to Lindholm has been tied to the pier since Monday, and nobody knows when it will sail again.",
    "Bread, milk and letters come by sledge, pulled by a tractor that was made for fields, not for the sea.",
    "Ellen Brandt, who has run the shop for nineteen years, counts her shelves every evening after closing.",
    "The harbour master walks out every morning with a drill and a ruler, and writes the numbers down.",
    "Children have swept a rink between the boats, and on Saturday the two halves of the island will play.",
    "Warmer air is expected from the west on Thursday, and until then nobody shall walk on the ice at night.",
    "An old carpenter builds a second sledge in the boathouse, with runners of ash, as his father did.",
    "The teacher reads the newspaper of last week to those who cannot leave their houses in this weather.",
)
SHORT = "".join(f"<p>{text}</p>" for text in SENTENCES[:4])
"""80 words."""
MIDDLE = "".join(f"<p>{text}</p>" for text in SENTENCES)
"""160 words."""
TEASER = f"<p>{SENTENCES[0]}</p><p>{SENTENCES[1]} And then, when nobody thought of it any more …</p>"

IS_ARTICLE = '<meta property="og:type" content="article">'
IS_PAID = '<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":false}</script>'
HEADER = '<header><nav><ul><li><a href="/">Home</a></li><li><a href="/news">News</a></li></ul></nav></header>'
FOOTER = '<footer><p>© The Lindholm Letter</p><a href="/privacy">Privacy</a></footer>'


def article(
    text: str, after: str = "", head: str = "", title: str = "The harbour freezes", before: str = ""
) -> str:
    return (
        f"<!DOCTYPE html><html><head><title>{title}</title>{head}</head><body>{HEADER}{before}<main><article>"
        f"<h1>{title}</h1><div class='story'>{text}</div></article>{after}</main>{FOOTER}</body></html>"
    )


def wall(body: str, title: str = "The Lindholm Letter", head: str = "") -> str:
    return f"<!DOCTYPE html><html><head><title>{title}</title>{head}</head><body>{body}</body></html>"


PAID = "letter.example gives the whole text to its subscribers only; open the original."
LOGIN = "letter.example asks for a login; open the original, and log in there."
CONSENT = "letter.example asks for consent to its cookies first; open the original, and answer it there."
ROBOT = "letter.example wants to know that no robot asks; open the original."
SHELL = "letter.example puts its pages together by a script, which is not run here; open the original."
NOTHING = "There is no article on this page of letter.example; open the original."

GATE = '<div class="gate"><h3>{}</h3><p>From 4 crowns a week.</p><a href="/offer">See our offers</a></div>'
REFUSED = {
    # Paywalls
    "gate after a teaser": (article(TEASER, GATE.format("Subscribe to continue reading")), PAID),
    "gate with a full stop": (article(SHORT, GATE.format("Subscribe now to keep reading.")), PAID),
    "gate for this article": (article(SHORT, GATE.format("This article is for subscribers only")), PAID),
    "gate of a letter": (
        article(
            SHORT,
            "<div><h2>This post is for paid subscribers</h2><a href='/s'>Subscribe</a></div>",
            IS_ARTICLE,
        ),
        PAID,
    ),
    "members only": (
        article(
            MIDDLE, "<div><p>Become a member to read the full story. Already a member? Sign in</p></div>"
        ),
        PAID,
    ),
    "meter that ran out": (article(SHORT, GATE.format("You’ve reached your limit of free articles")), PAID),
    "gate within the text": (article(TEASER + "<p>Subscribe to continue reading this story.</p>"), PAID),
    "trial": (article(SHORT, GATE.format("Continue reading with a free trial")), PAID),
    "rest of the text": (article(TEASER, "<p>Subscribe to read the rest of this article.</p>"), PAID),
    "said to search engines": (article(SHORT, head=IS_PAID), PAID),
    "said to search engines, and cut": (article(MIDDLE + "<p>And then …</p>", head=IS_PAID), PAID),
    "said by its words": (
        article(
            MIDDLE,
            head='<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":"False",'
            '"wordCount":1200}</script>',
        ),
        PAID,
    ),
    "locked": (article(SHORT, head='<meta property="article:content_tier" content="locked">'), PAID),
    "wall over a cut text": (article(TEASER, '<div class="paywall"><button>Offers</button></div>'), PAID),
    "German": (article(SHORT, GATE.format("Dieser Artikel ist nur für Abonnenten")), PAID),
    "German plus": (article(TEASER, GATE.format("Jetzt weiterlesen mit L+")), PAID),
    "French": (article(SHORT, GATE.format("Cet article est réservé aux abonnés")), PAID),
    "French rest": (article(SHORT, GATE.format("Il vous reste 72.5% de cet article à lire.")), PAID),
    "Spanish": (article(SHORT, GATE.format("Contenido exclusivo para suscriptores")), PAID),
    "Italian": (article(SHORT, GATE.format("Contenuto riservato agli abbonati")), PAID),
    "Portuguese": (article(SHORT, GATE.format("Conteúdo exclusivo para assinantes")), PAID),
    "Dutch": (article(SHORT, GATE.format("Dit artikel is exclusief voor abonnees")), PAID),
    "Japanese": (article(SHORT, GATE.format("この記事は有料会員限定です")), PAID),
    # Logins
    "login page": (
        wall(
            "<h1>Sign in</h1><form><label>Email</label><input type=email><label>Password</label><input"
            " type='password'><button>Sign in</button></form><p>Forgot your password? New here? Create an"
            " account.</p>",
            "Log in | The Lindholm Letter",
        ),
        LOGIN,
    ),
    "long login page": (
        wall(
            f"<h1>Member login</h1><form><input type=password></form>{SHORT}",
            "Member login",
        ),
        LOGIN,
    ),
    "login to read": (article(TEASER, "<p>Please sign in to continue reading.</p>"), LOGIN),
    "account to read": (article(SHORT, "<h3>Create a free account to continue reading</h3>"), LOGIN),
    "login to see": (
        article(f"<p>{SENTENCES[0]}</p>", "<p>You must be logged in to view this topic.</p>"),
        LOGIN,
    ),
    "German login": (article(TEASER, "<p>Melden Sie sich an, um weiterzulesen.</p>"), LOGIN),
    # Consent
    "consent page": (
        wall(
            "<h1>Before you continue</h1><p>We use cookies and data to deliver our services and measure how"
            " many people use them. If you choose to accept all, we will also use them to show advertising."
            " You can reject all of it or manage settings.</p><button>Accept all</button><button>Reject"
            " all</button>",
            "Before you continue",
        ),
        CONSENT,
    ),
    "consent of partners": (
        wall(
            "<div><h2>We value your privacy</h2><p>We and our 842 partners store and/or access information"
            " on a device, such as unique identifiers in cookies, to process personal data. You may accept"
            " or manage your choices by clicking below, including your right to object.</p><a href=#>Accept"
            " all cookies</a><a href='#'>Manage preferences</a></div>"
        ),
        CONSENT,
    ),
    "German consent": (
        wall("<h1>Datenschutzeinstellungen</h1><p>Wir nutzen Cookies.</p><a href='#'>Alle akzeptieren</a>"),
        CONSENT,
    ),
    # Robots
    "challenge": (
        wall(
            "<h1>letter.example</h1><p>Verifying you are human. This may take a few"
            " seconds.</p><p>letter.example needs to review the security of your connection before"
            " proceeding.</p><p>Ray ID: 8417</p><noscript>Enable JavaScript and cookies to"
            " continue</noscript>",
            "Just a moment...",
        ),
        ROBOT,
    ),
    "interruption": (
        wall(
            "<p>As you were browsing, something about your browser made us think you were a bot. There are a"
            " few reasons this might happen: you are moving with super-human speed, you have disabled"
            " cookies, or a plugin prevents scripts from running. To regain access, make sure that cookies"
            " are enabled.</p>",
            "Pardon Our Interruption",
        ),
        ROBOT,
    ),
    "unusual traffic": (
        wall(
            "<p>Our systems have detected unusual traffic from your computer network.</p><div"
            " class='g-recaptcha'></div><p>To continue, please type the characters below, so that we can see"
            " that it is really you.</p>"
        ),
        ROBOT,
    ),
    "press and hold": (wall("<p>Press & Hold to confirm you are a human (and not a bot).</p>"), ROBOT),
    "blocked": (
        wall("<h1>Access Denied</h1><p>You don't have permission to access this on this server.</p>"),
        ROBOT,
    ),
    "widget alone": (wall("<div class='h-captcha'></div><p>One more step</p>"), ROBOT),
    # Shells
    "empty root": (wall("<div id='root'></div>"), SHELL),
    "needs scripts": (
        wall("<div class=x></div><noscript>You need to enable JavaScript to run this app.</noscript>"),
        SHELL,
    ),
    "says so": (wall("<p>This site requires JavaScript.</p>"), SHELL),
    "next": (wall('<div id="__next"><header>The Lindholm Letter</header></div>', head=IS_ARTICLE), SHELL),
    # Nothing
    "a shop": (wall("<h1>Shop</h1><p>Ice, salt and sledges.</p><p>Open from nine to five.</p>"), NOTHING),
}


@pytest.mark.parametrize(("html", "sentence"), REFUSED.values(), ids=REFUSED)
def test_wall_is_told(html: str, sentence: str) -> None:
    """The sentence names the host and says what to do."""
    with pytest.raises(NoArticle) as reason:
        read(html)
    assert str(reason.value) == sentence


MOVED = {
    "to a login": ("https://letter.example/login?next=/2024/harbour", LOGIN),
    "to a login of another": (
        "https://accounts.letter.example/oauth2/authorize?x=1",
        LOGIN.replace("letter", "accounts.letter"),
    ),
    "to consent": ("https://consent.letter.example/collect?x", CONSENT.replace("letter", "consent.letter")),
    "to a host for it": ("https://myprivacy.others.example/", CONSENT.replace("letter", "myprivacy.others")),
}


@pytest.mark.parametrize(("address", "sentence"), MOVED.values(), ids=MOVED)
def test_redirect_to_a_wall_is_told(address: str, sentence: str) -> None:
    with pytest.raises(NoArticle) as reason:
        read(article(SHORT), address=address, asked=HERE)
    assert str(reason.value) == sentence


LOGIN_FORM = (
    "<div class='login'><form action='/login'><input name=user><input type='password' name='p'><button>Log"
    " in</button><a href='/forgot'>Forgot password?</a></form></div>"
)
BANNER = (
    "<div id='cookie-banner' class='cookie-consent'><p>We use cookies to make this site better. We value"
    " your privacy.</p><button>Accept all</button><a href='#'>Reject all</a><a href='/cookies'>Cookie"
    " settings</a></div>"
)
NEWSLETTER = (
    "<div class='newsletter'><h3>Subscribe to keep reading our letters</h3><p>Every Friday, free of"
    " charge.</p><form><input type=email><button>Subscribe now</button></form></div>"
)
ABOUT_PAYWALLS = (
    "<p>More and more newspapers ask their readers to pay. “Subscribe to continue reading” is the sentence"
    " that people meet most often, said the authors of a study of four hundred sites, who counted such walls"
    " by hand.</p><p>Those who wrote “This article is for subscribers only” above a text lost nine readers"
    " of ten at once. A meter, which lets everybody read three articles a month, lost only half of them, and"
    " they came back.</p>"
)
ABOUT_CAPTCHAS = (
    "<p>Everybody has clicked on buses and bicycles to prove that they are human. A captcha was meant to"
    " keep robots out, but machines have become better at it than people are, a group of researchers found"
    " out.</p><p>“I am not a robot” takes a person fifteen seconds and a machine one. The researchers ask"
    " for other ways, which do not shut out those who cannot see the pictures at all.</p>"
)
ABOUT_COOKIES = (
    "<p>Nine of ten visitors press “Accept all” without having read a word, says a study of the cookie"
    " banners of four hundred sites. Where “Reject all” has the same size and colour, it is six of"
    " ten.</p><p>A court has now decided that both must be offered on the first page, and in letters that"
    " can be read by everybody.</p>"
)
READ = {
    "about paywalls": article(ABOUT_PAYWALLS, title="Walls around the news"),
    "about paywalls, with a meta": article(ABOUT_PAYWALLS, title="Walls around the news", head=IS_ARTICLE),
    "about captchas": article(ABOUT_CAPTCHAS, title="Are we robots?"),
    "about robots, by its title": article(ABOUT_CAPTCHAS, title="Just a moment: how captchas steal our time"),
    "about cookies": article(ABOUT_COOKIES, title="Who accepts all cookies?"),
    "about logins": article(
        SHORT + "<p>To sign in, press the button.</p>", title="Log in with a key: how it works"
    ),
    "login form in the header": article(SHORT, before=LOGIN_FORM),
    "login form below": article(SHORT, after=LOGIN_FORM),
    "cookie banner": article(SHORT, before=BANNER),
    "cookie banner below": article(SHORT, after=BANNER),
    "cookie banner and a login": article(SHORT, before=BANNER + LOGIN_FORM),
    "newsletter": article(SHORT, after=NEWSLETTER),
    "newsletter within": article(f"<p>{SENTENCES[4]}</p>{NEWSLETTER}{SHORT}"),
    "comments for members": article(SHORT, after="<p>You must be logged in to post a comment.</p>"),
    "comments with a captcha": article(
        SHORT, after="<form><div class='g-recaptcha'></div>I'm not a robot</form>"
    ),
    "script of a paywall": article(SHORT, head="<script src='/paywall.js'></script>"),
    "class of a paywall": article(
        SHORT, after="<div class='paywall hidden'><p>Subscribe to continue reading</p></div>"
    ),
    "name of a paywall": article(f"<div class='paywall-content'>{SHORT}</div>"),
    "template of a paywall": article(
        SHORT, after="<template><div class='paywall'>Subscribe to continue reading</div></template>"
    ),
    "subscribers in the header": article(
        SHORT,
        before="<div><a href='/s'>Already a subscriber? Sign in</a><a href='/o'>Subscribe now</a></div>",
    ),
    "subscribers in the footer": article(
        SHORT, after="<div><h4>Start your free trial</h4><p>Unlimited access to all our articles.</p></div>"
    ),
    "paid, and whole by its words": article(
        SHORT,
        head=IS_PAID.replace("}", ',"wordCount":80}'),
    ),
    "paid, and whole": article(MIDDLE, head=IS_PAID),
    "paid in part": article(MIDDLE * 2, after=GATE.format("Subscribe to support us"), head=IS_PAID),
    "60 words": article("".join(f"<p>{text}</p>" for text in SENTENCES[:3])),
    "25 words of an article": article(
        "<p>The ferry to Lindholm sailed again on Friday, eleven days after the sound had frozen, with forty"
        " people and two horses on board.</p>",
        head=IS_ARTICLE,
    ),
    "needs scripts for its comments": article(
        SHORT, after="<noscript>Please enable JavaScript to comment.</noscript>"
    ),
    "within a root": f"<div id='root'>{article(SHORT)}</div>",
    "on a host named privacy": article(SHORT),
    "ends with an ellipsis": article(MIDDLE + "<p>And nobody knows what comes then…</p>"),
    "members thanked": article(SHORT + "<p>This letter is paid for by members. Thank you!</p>"),
}


@pytest.mark.parametrize("html", READ.values(), ids=READ)
def test_article_is_read_whatever_stands_around_it(html: str) -> None:
    """A refused article is lost; so what speaks of walls, or is near one, is read."""
    assert len(read(html).body.split()) >= 20


def test_article_on_a_host_that_sounds_like_consent_is_read() -> None:
    assert read(article(SHORT), address="https://privacy.example/news/1").body


def test_article_that_moved_is_read() -> None:
    assert read(article(SHORT), address="https://other.example/new", asked=HERE).body


def test_address_with_login_in_its_name_is_read() -> None:
    here = "https://letter.example/login-with-a-key"
    assert read(article(SHORT), address=here, asked=here).body
    assert read(article(SHORT), address="https://letter.example/blogin/news", asked=HERE).body


def test_shell_with_the_article_in_its_data_is_read() -> None:
    assert "Warmer air is expected" in captured("script_shell").body
