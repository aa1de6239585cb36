-- Step 4: sources that are feeds, and sources that were removed and may come back.

-- Under which folder the sidebar shows it; the address of the pages that a feed is of; whether its title is a
-- person's; seconds between two refreshes, NULL for what the settings say; removed, with its articles kept until
-- `doctor --vacuum`.
ALTER TABLE source ADD COLUMN folder TEXT NOT NULL DEFAULT '';
ALTER TABLE source ADD COLUMN site TEXT NOT NULL DEFAULT '';
ALTER TABLE source ADD COLUMN named INTEGER NOT NULL DEFAULT 0;
ALTER TABLE source ADD COLUMN paused INTEGER NOT NULL DEFAULT 0;
ALTER TABLE source ADD COLUMN every INTEGER;
ALTER TABLE source ADD COLUMN removed INTEGER NOT NULL DEFAULT 0;

-- How the last fetches of a feed went.
CREATE TABLE fetched (
    source_id INTEGER PRIMARY KEY REFERENCES source ON DELETE CASCADE,
    etag TEXT NOT NULL DEFAULT '',
    last_modified TEXT NOT NULL DEFAULT '',
    due INTEGER NOT NULL DEFAULT 0,        -- not before, since it failed or was asked to wait
    failures INTEGER NOT NULL DEFAULT 0,   -- in a row
    moved_to TEXT NOT NULL DEFAULT '',     -- where permanent redirects lead
    moved INTEGER NOT NULL DEFAULT 0       -- how often in a row
);
