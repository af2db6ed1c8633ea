-- What people said against the tags of a mention, as JSON; none if nobody did.
ALTER TABLE mention ADD COLUMN corrections TEXT;
CREATE INDEX mention_corrected ON mention (changed) WHERE corrections IS NOT NULL;
