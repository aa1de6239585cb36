"""Every action that has a key or a name: one table feeds the bindings, the palette, the key screen, the
settings check and the README. No Textual here, so that `settings check` stays quick."""

from msgspec import Struct


class Key(Struct, frozen=True):
    id: str
    """What the settings file calls it, in its `[keys]` table."""
    keys: str
    """Default keys, Textual's names with commas between; empty for an action of the palette alone."""
    label: str
    """One or two words for the palette."""
    tooltip: str
    """A sentence for the key screen and the palette."""
    group: str
    hint: str = ""
    """A word for the status line; empty where it is not told there."""

    @property
    def places(self) -> frozenset[str]:
        """Where its keys are listened to. Two actions may have the same key where they never meet."""
        if self.group == SOURCES:
            return frozenset({"sources"})
        return frozenset({"reader", "sources"} if self.id in IN_SOURCES_TOO else {"reader"})


MOVING, READING, MARKING, CHOOSING, LOOKS, PROGRAM, SOURCES = (
    "Moving",
    "Reading",
    "Marking and bookmarks",
    "Choosing what to see",
    "Looks",
    "Program",
    "In the list of sources",
)
IN_SOURCES_TOO = frozenset(
    (
        *("down", "up", "top", "bottom", "half_down", "half_up", "page_down", "page_up", "read", "back"),
        *("refresh", "refresh_all", "stop", "undo", "open", "copy", "search", "add", "quit"),
    )
)
"""Actions of the reader that mean the same in the list of sources, with the same keys."""

KEYS: tuple[Key, ...] = (
    Key("down", "j,down", "Down", "Next row; in the article a line down.", MOVING),
    Key("up", "k,up", "Up", "Previous row; in the article a line up.", MOVING),
    Key("top", "g,home", "Top", "First row, or the top of the article.", MOVING),
    Key("bottom", "G,end", "Bottom", "Last row, or the end of the article.", MOVING),
    Key("half_down", "ctrl+d", "Half down", "Half a page down.", MOVING),
    Key("half_up", "ctrl+u", "Half up", "Half a page up.", MOVING),
    Key("page_down", "pagedown", "Page down", "A page down.", MOVING),
    Key("page_up", "pageup", "Page up", "A page up.", MOVING),
    Key("next_pane", "tab", "Next pane", "Go to the next pane.", MOVING),
    Key("previous_pane", "shift+tab", "Previous pane", "Go to the previous pane.", MOVING),
    Key(
        "read",
        "enter,l,right",
        "Read",
        "Read this article; in the panes, choose this entry.",
        READING,
        "Read",
    ),
    Key("back", "h,left,escape", "Back", "Back to the list.", READING, "Back"),
    Key(
        "advance", "space", "Page / next", "A page down; at the end the next unread article.", READING, "Page"
    ),
    Key("next_article", "J", "Next article", "Next article without leaving the text.", READING),
    Key("previous_article", "K", "Previous article", "Previous article without leaving the text.", READING),
    Key(
        "next_unread",
        "n",
        "Next unread",
        "Next unread article. While finding, the next hit.",
        READING,
        "Next unread",
    ),
    Key("previous_unread", "p", "Previous unread", "Previous unread article.", READING),
    Key("find", "f", "Find", "Find in this article.", READING),
    Key("previous_hit", "N", "Previous hit", "Previous hit of what was found.", READING),
    *(
        Key(f"related_{n}", str(n), f"Related {n}", f"Open related article {n}.", READING)
        for n in range(1, 10)
    ),
    Key("why", "w", "Why related", "Say what ties the related articles to this one.", READING),
    Key("history_back", "backspace", "Back the way", "Back the way you came.", READING),
    Key(
        "history_forward",
        "shift+backspace,right_square_bracket",
        "Forward",
        "Forward again, after going back.",
        READING,
    ),
    Key("open", "o", "Open", "Open the original in the browser.", READING, "Open"),
    Key("open_alternate", "O", "Open alternate", "Open the AMP or alternate address.", READING),
    Key(
        "full_text",
        "x",
        "Full text",
        "Fetch the whole text of the page; again, what the source tells.",
        READING,
    ),
    Key(
        "always_full_text",
        "X",
        "Always full text",
        "Always fetch the pages of this feed's articles, or no longer.",
        READING,
    ),
    Key("fetch_again", "", "Fetch again", "Fetch the page of this article once more.", READING),
    Key("links", "L", "Links", "Choose one of the links in the text and open it.", READING),
    Key("copy", "y", "Copy address", "Copy the address, also over ssh.", READING),
    Key("bookmark", "b", "Bookmark", "Bookmark this article, or take the bookmark off.", MARKING, "Bookmark"),
    Key("edit_bookmark", "B", "Tags and note", "Edit the bookmark's tags and note.", MARKING, "Note"),
    Key("save_page", "", "Bookmark a page", "Bookmark any page by its address, with its text.", MARKING),
    Key("toggle_read", "m", "Read mark", "Mark as read, or as unread.", MARKING, "Mark"),
    Key("mark_all_read", "A", "All read", "Mark everything in this view read.", MARKING),
    Key("mark_above_read", "less_than_sign", "Read above", "Mark everything above this row read.", MARKING),
    Key(
        "mark_below_read", "greater_than_sign", "Read below", "Mark everything below this row read.", MARKING
    ),
    Key("undo", "u", "Undo", "Undo the last change of marks, bookmarks, notes or views.", MARKING, "Undo"),
    Key("search", "slash", "Search", "Search the library as you type.", CHOOSING, "Search"),
    Key("save_view", "ctrl+s", "Keep search", "Keep what was searched for as a view.", CHOOSING),
    Key("rename_view", "f2", "Rename view", "Rename the kept search.", CHOOSING),
    Key("remove_view", "delete", "Remove view", "Remove the kept search.", CHOOSING),
    Key("move_view_up", "ctrl+up", "View up", "Move the kept search up in the sidebar.", CHOOSING),
    Key("move_view_down", "ctrl+down", "View down", "Move the kept search down in the sidebar.", CHOOSING),
    Key(
        "view",
        "v",
        "View",
        "Choose a view: all, unread, new, today, bookmarks, searches, sources.",
        CHOOSING,
        "View",
    ),
    Key("sort", "s", "Sort", "Choose the order of the list.", CHOOSING),
    Key("topic", "t", "Topic", "Choose a topic or a tag.", CHOOSING, "Topic"),
    Key("sidebar", "backslash", "Sidebar", "Show or hide views, sources and topics.", CHOOSING),
    Key("refresh", "r", "Refresh", "Look again for articles in this source.", CHOOSING),
    Key("refresh_all", "R", "Refresh all", "Look again for articles in every source.", CHOOSING),
    Key("take_in", "full_stop", "Take in", "Take the new articles into the list.", CHOOSING),
    Key("stop", "ctrl+x", "Stop", "Stop what is under way.", CHOOSING),
    Key("fold", "S", "Fold stories", "One row for all who tell the same event, or a row each.", LOOKS),
    Key("compact", "c", "Compact list", "One line an article, or two.", LOOKS),
    Key("days", "d", "Days", "Say in the list where a day begins, or not.", LOOKS),
    Key("zen", "z", "Zen", "Only the article.", LOOKS),
    Key("images", "i", "Images", "Show or hide the article's images.", LOOKS),
    Key("theme", "", "Theme", "Choose the colours.", LOOKS),
    Key("add", "a", "Add", "Add a folder, a feed, the feed of a page, or an OPML list.", PROGRAM),
    Key("starter", "", "Starter feeds", "Choose among well-known feeds, by topic.", PROGRAM),
    Key("sources", "F", "Sources", "See the feeds and folders: how they are, and change them.", PROGRAM),
    Key("problems", "", "Problems", "See the files that could not be read.", PROGRAM),
    Key("palette", "colon,ctrl+p", "Palette", "Every action by name.", PROGRAM),
    Key("keys", "question_mark", "Keys", "All keys, searchable.", PROGRAM, "Keys"),
    Key("quit", "q", "Quit", "Leave the reader.", PROGRAM, "Quit"),
    Key("rename_source", "e", "Rename source", "Give the source another name.", SOURCES),
    Key("move_source", "m", "Move source", "Put the source into a folder of the sidebar.", SOURCES),
    Key("pause_source", "p", "Pause source", "Leave the source alone, or ask it again.", SOURCES),
    Key("source_interval", "I", "How often", "Say how often the feed is asked.", SOURCES),
    Key("remove_source", "d,delete", "Remove source", "Remove the source; bookmarks stay.", SOURCES),
    Key("source_starter", "s", "Starter feeds", "Choose among well-known feeds, by topic.", SOURCES),
)

BY_ID: dict[str, Key] = {key.id: key for key in KEYS}
