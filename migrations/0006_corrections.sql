-- What people said against the tags of a mention, as JSON; none if nobody did.
ALTER TABLE mention ADD COLUMN corrections TEXT;
CREATE INDEX mention_corrected ON mention (changed) WHERE corrections IS NOT NULL;

-- All that the tags depend on, as it was when they were made: the list files and what else is configured, by name.
CREATE TABLE tagged_with (
    name TEXT PRIMARY KEY,
    text TEXT NOT NULL
);
