-- What a site tells around a mention: region, version, thread, reach, its own answer. JSON, null where nothing is known.
ALTER TABLE mention ADD COLUMN context TEXT;
