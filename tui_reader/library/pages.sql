-- Step 5: the text of an article's own page, beside what its source tells.

-- Whether a person gave the address, so that its host may be private; whether the pages of its articles are
-- always fetched.
ALTER TABLE source ADD COLUMN typed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE source ADD COLUMN whole INTEGER NOT NULL DEFAULT 0;

CREATE TABLE page (
    article_id INTEGER PRIMARY KEY REFERENCES article ON DELETE CASCADE,
    fetched INTEGER NOT NULL,
    body TEXT NOT NULL,             -- Markdown; empty where it could not be had
    words INTEGER NOT NULL,
    problem TEXT NOT NULL,          -- why not
    shown INTEGER NOT NULL,         -- whether it is read in place of what the source tells
    image TEXT NOT NULL
);

-- The index holds the text of the page where there is one, whichever is shown.
DROP VIEW searchable;
CREATE VIEW searchable AS
SELECT article.id AS id, place, spaced(title) AS title, spaced(summary) AS summary, spaced(text) AS body,
    spaced(provider || ' ' || site) AS provider, spaced(author) AS author, spaced(topics) AS topics,
    coalesce(spaced((SELECT group_concat(name, ', ') FROM tag WHERE tag.article_id = article.id)), '') AS tags,
    coalesce(spaced((SELECT note FROM bookmark WHERE bookmark.article_id = article.id)), '') AS note,
    gist(title, summary, CASE WHEN length(summary) < 80 THEN text ELSE '' END) AS gist
FROM article JOIN (
    SELECT content.article_id, summary, coalesce(nullif(page.body, ''), content.body) AS text
    FROM content LEFT JOIN page ON page.article_id = content.article_id
) AS told ON told.article_id = article.id;
