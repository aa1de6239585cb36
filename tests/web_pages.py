"""Pages that a loopback server shows to the tests: an article, a login."""

from tests.loopback import answer

SENTENCE = "The ferry across the sound sails every hour until the autumn storms begin. "
TOLD = "Captain Lindqvist has steered it for thirty years, and knows every rock between the harbours."
HTML = "Content-Type: text/html; charset=utf-8"


def article_page(told: str = TOLD, head: str = "") -> bytes:
    """An answer with an article among other things."""
    article = f"<h1>Ferries</h1><p>{SENTENCE * 3}</p><p>{told}</p><p>{SENTENCE * 4}</p>"
    return answer(
        f"""<!doctype html><html><head><title>Ferries</title>{head}</head><body>
        <nav><a href="/">Home</a></nav><article>{article}</article></body></html>""".encode(),
        "200 OK",
        HTML,
    )


LOGIN = answer(
    b"""<html><head><title>Log in</title></head><body><form><p>Please log in to read on.</p>
<input name="name"><input type="password" name="secret"></form></body></html>""",
    "200 OK",
    HTML,
)
