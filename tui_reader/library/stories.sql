-- Step 3: who else tells this. Articles that tell the same event are a story.

-- Which story an article belongs to: the number of one of its articles; NULL for an article alone.
ALTER TABLE article ADD COLUMN story INTEGER;
-- Whether it is known which: 0 no, 1 yes, 2 someone is looking.
ALTER TABLE article ADD COLUMN grouped INTEGER NOT NULL DEFAULT 0;
CREATE INDEX article_ungrouped ON article (place) WHERE grouped != 1;
CREATE INDEX article_story ON article (story, listed, quality DESC, words DESC, place) WHERE story IS NOT NULL;

-- What is indexed of an article. `spaced` (spacing.py) takes scripts apart that write without blanks, `gist`
-- (gist.py) tells in few words what it is about.
DROP VIEW searchable;
CREATE VIEW searchable AS
SELECT article.id AS id, place, spaced(title) AS title, spaced(summary) AS summary, spaced(body) AS body,
    spaced(provider || ' ' || site) AS provider, spaced(author) AS author, spaced(topics) AS topics,
    coalesce(spaced((SELECT group_concat(name, ', ') FROM tag WHERE tag.article_id = article.id)), '') AS tags,
    coalesce(spaced((SELECT note FROM bookmark WHERE bookmark.article_id = article.id)), '') AS note,
    gist(title, summary, CASE WHEN length(summary) < 80 THEN body ELSE '' END) AS gist
FROM article JOIN content ON content.article_id = article.id;
