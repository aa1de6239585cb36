-- The library. Times are seconds since 1970, UTC. Texts have passed clean.py.

CREATE TABLE source (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    location TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    added INTEGER NOT NULL,
    checked INTEGER,
    problem TEXT NOT NULL DEFAULT ''
);

-- What a list needs; its texts are in `content`, so that no list ever pages them in.
CREATE TABLE article (
    id INTEGER PRIMARY KEY,
    title TEXT NOT NULL,
    provider TEXT NOT NULL,
    topics TEXT NOT NULL,
    kind TEXT NOT NULL,
    published INTEGER,
    sorted INTEGER NOT NULL,        -- decided when the article comes in: published, else the file's time
    quality INTEGER,
    heat INTEGER,
    words INTEGER NOT NULL,
    removed INTEGER NOT NULL,       -- withdrawn by its publisher
    read INTEGER NOT NULL DEFAULT 0,
    bookmarked INTEGER NOT NULL DEFAULT 0,
    listed INTEGER NOT NULL DEFAULT 1  -- bookmarked, or some source still has it and it is not removed
);
-- Each holds all that its view and the counts ask for, so that neither touches the table.
CREATE INDEX article_listed ON article (sorted DESC, id DESC, listed, read) WHERE listed = 1;
CREATE INDEX article_unread ON article (sorted DESC, id DESC, listed, read) WHERE listed = 1 AND read = 0;
CREATE INDEX article_bookmarked ON article (sorted DESC, id DESC, bookmarked, read) WHERE bookmarked = 1;

CREATE TABLE content (
    article_id INTEGER PRIMARY KEY REFERENCES article ON DELETE CASCADE,
    summary TEXT NOT NULL,
    body TEXT NOT NULL,
    rest BLOB NOT NULL,             -- model.Article as JSON, without summary and body
    lead_source INTEGER,            -- which of its origins tells these texts
    lead_path TEXT
);

-- Where an article was met. A file that could not be read stands in `problem` instead.
CREATE TABLE origin (
    source_id INTEGER NOT NULL REFERENCES source ON DELETE CASCADE,
    path TEXT NOT NULL,
    article_id INTEGER NOT NULL REFERENCES article ON DELETE CASCADE,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    PRIMARY KEY (source_id, path)
) WITHOUT ROWID;
CREATE INDEX origin_article ON origin (article_id);

CREATE TABLE problem (
    source_id INTEGER NOT NULL REFERENCES source ON DELETE CASCADE,
    path TEXT NOT NULL,
    line INTEGER,
    reason TEXT NOT NULL,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    PRIMARY KEY (source_id, path)
) WITHOUT ROWID;

-- Every address an article is known by, in clean.canonical form: its identity, and how mentions find it.
CREATE TABLE address (
    address TEXT PRIMARY KEY,
    article_id INTEGER NOT NULL REFERENCES article ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX address_article ON address (article_id);

-- Which addresses an article's `related:` and `items:` lists name, to be asked who names this one. The members
-- of a collection are named by paths: SOURCE:PATH without the ending.
CREATE TABLE mention (
    address TEXT NOT NULL,
    article_id INTEGER NOT NULL REFERENCES article ON DELETE CASCADE,
    PRIMARY KEY (address, article_id)
) WITHOUT ROWID;
CREATE INDEX mention_article ON mention (article_id);

CREATE TABLE topic (
    name TEXT NOT NULL COLLATE NOCASE,
    article_id INTEGER NOT NULL REFERENCES article ON DELETE CASCADE,
    PRIMARY KEY (name, article_id)
) WITHOUT ROWID;
CREATE INDEX topic_article ON topic (article_id);

CREATE TABLE bookmark (
    article_id INTEGER PRIMARY KEY REFERENCES article,
    added INTEGER NOT NULL,
    note TEXT NOT NULL,
    copy BLOB NOT NULL              -- model.Article as JSON, whole, as it was when bookmarked
);

CREATE TABLE tag (
    name TEXT NOT NULL COLLATE NOCASE,
    article_id INTEGER NOT NULL REFERENCES bookmark ON DELETE CASCADE,
    PRIMARY KEY (name, article_id)
) WITHOUT ROWID;
CREATE INDEX tag_article ON tag (article_id);

-- What a person changed, and how it was before (undo.Before as JSON).
CREATE TABLE change (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    label TEXT NOT NULL,
    before BLOB NOT NULL
);

-- How the screen was left: theme, sidebar, …
CREATE TABLE remembered (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    setting TEXT NOT NULL           -- what the settings file said then
) WITHOUT ROWID;
