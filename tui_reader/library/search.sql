-- Step 2: every word can be searched, every order has an index, searches can be kept.

-- Where an article stands by time, unique, the newest highest (words.place_for). It is its rowid in the index of
-- words too, which gives hits in the order of rowids: the newest of a million come as fast as the only one.
ALTER TABLE article ADD COLUMN place INTEGER;
ALTER TABLE article ADD COLUMN author TEXT NOT NULL DEFAULT '';
ALTER TABLE article ADD COLUMN site TEXT NOT NULL DEFAULT '';
-- Whether it has a body, whether it has an image, whether its words are in the index.
ALTER TABLE article ADD COLUMN fulltext INTEGER NOT NULL DEFAULT 0;
ALTER TABLE article ADD COLUMN image INTEGER NOT NULL DEFAULT 0;
ALTER TABLE article ADD COLUMN indexed INTEGER NOT NULL DEFAULT 0;
UPDATE article SET (author, site, image, fulltext) = (
    SELECT coalesce(CAST(rest AS TEXT) ->> '$.author', ''), coalesce(CAST(rest AS TEXT) ->> '$.domain', ''),
        coalesce(json_array_length(CAST(rest AS TEXT), '$.images'), 0) > 0, body != ''
    FROM content WHERE article_id = article.id
);

-- Each order has its index, so that a view's first screen is found without sorting. `read` stands in those that
-- the counts walk through.
DROP INDEX article_listed;
DROP INDEX article_unread;
DROP INDEX article_bookmarked;
CREATE UNIQUE INDEX article_place ON article (place);
CREATE INDEX article_listed ON article (place DESC, read) WHERE listed = 1;
CREATE INDEX article_unread ON article (place DESC) WHERE listed = 1 AND read = 0;
CREATE INDEX article_bookmarked ON article (place DESC, read) WHERE bookmarked = 1;
CREATE INDEX article_quality ON article (quality DESC, place DESC) WHERE listed = 1;
CREATE INDEX article_heat ON article (heat DESC, place DESC) WHERE listed = 1;
CREATE INDEX article_provider ON article (provider = '', provider COLLATE NOCASE, place DESC) WHERE listed = 1;
CREATE INDEX article_title ON article (title COLLATE NOCASE, place DESC) WHERE listed = 1;
CREATE INDEX article_words ON article (words DESC, place DESC) WHERE listed = 1;
CREATE INDEX article_unlisted ON article (id) WHERE listed = 0;
CREATE INDEX article_unindexed ON article (place DESC) WHERE indexed = 0;

-- What is indexed of an article. `spaced` (words.py) takes scripts apart that write without blanks.
CREATE VIEW searchable AS
SELECT article.id AS id, place, spaced(title) AS title, spaced(summary) AS summary, spaced(body) AS body,
    spaced(provider || ' ' || site) AS provider, spaced(author) AS author, spaced(topics) AS topics,
    coalesce(spaced((SELECT group_concat(name, ', ') FROM tag WHERE tag.article_id = article.id)), '') AS tags,
    coalesce(spaced((SELECT note FROM bookmark WHERE bookmark.article_id = article.id)), '') AS note
FROM article JOIN content ON content.article_id = article.id;

-- A search that is kept under a name.
CREATE TABLE view (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL COLLATE NOCASE UNIQUE,
    query TEXT NOT NULL,
    position INTEGER NOT NULL
);

-- What was searched for, the latest with the highest number.
CREATE TABLE searched (
    query TEXT PRIMARY KEY,
    number INTEGER NOT NULL
) WITHOUT ROWID;
