-- Whether a mention is a severe complaint. Tags are found again, so that it is known of every mention.
ALTER TABLE mention ADD COLUMN ugly SMALLINT NOT NULL DEFAULT 0;
UPDATE change_sequence SET tagged_with = '';
