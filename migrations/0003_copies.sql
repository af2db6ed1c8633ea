-- One review seen in five places is one mention; what is gone; what is noise.

-- Tags and sightings are read with every mention, so they stand beside it as JSON. Tags are derived and are found again;
-- the table of sightings stays the truth, and is read where the copy is missing.
DROP TABLE tag;
ALTER TABLE mention ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';
ALTER TABLE mention ADD COLUMN sightings TEXT;

-- Whose words a mention shows: its source and the own id there.
ALTER TABLE mention ADD COLUMN content_own_id TEXT;

-- Since when it is shown nowhere any more, and since when it is no longer shown at one place.
ALTER TABLE mention ADD COLUMN gone_at BIGINT;
ALTER TABLE sighting ADD COLUMN gone_at BIGINT;

-- Why it is left out of search, and what a person decided in the place of the rules: `released` or `filtered`.
ALTER TABLE mention ADD COLUMN filtered TEXT;
ALTER TABLE mention ADD COLUMN decided TEXT;
ALTER TABLE mention ADD COLUMN flags TEXT;
CREATE INDEX mention_filtered ON mention (changed) WHERE filtered IS NOT NULL;

-- What copies of a text have in common: hashes of stretches of it, or of a short text with its author or its place. Several
-- mentions may share one; whether they are copies is decided by comparing them.
CREATE TABLE mention_trace (
    key BIGINT NOT NULL,
    mention INTEGER NOT NULL,
    PRIMARY KEY (key, mention)
);

-- Mentions that turned out to be another one; their ids stay good.
CREATE TABLE mention_alias (
    row_id INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    mention INTEGER NOT NULL,
    changed BIGINT NOT NULL
);
CREATE UNIQUE INDEX mention_alias_changed ON mention_alias (changed);
CREATE INDEX mention_alias_mention ON mention_alias (mention);

-- What each list showed when it was last read: rows of mentions, and how often each was missing since.
CREATE TABLE shown (
    source TEXT NOT NULL,
    address TEXT NOT NULL,
    mentions TEXT NOT NULL,
    PRIMARY KEY (source, address)
);

-- How much is kept, counted along with every change.
ALTER TABLE change_sequence ADD COLUMN mentions BIGINT NOT NULL DEFAULT 0;
ALTER TABLE change_sequence ADD COLUMN sightings BIGINT NOT NULL DEFAULT 0;
ALTER TABLE change_sequence ADD COLUMN tags BIGINT NOT NULL DEFAULT 0;
ALTER TABLE change_sequence ADD COLUMN filtered BIGINT NOT NULL DEFAULT 0;
UPDATE change_sequence SET tagged_with = '',
    mentions = (SELECT COUNT(*) FROM mention), sightings = (SELECT COUNT(*) FROM sighting);
