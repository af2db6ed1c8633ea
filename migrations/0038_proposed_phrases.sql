-- Phrases that assistants proposed for the lists. What is listed or turned down meanwhile stays here and is not shown.
-- `mentions` is a JSON list of the ids of mentions that say it.
CREATE TABLE proposed_phrase (
    folded TEXT PRIMARY KEY,
    phrase TEXT NOT NULL,
    polarity TEXT NOT NULL,
    lang TEXT,
    theme TEXT,
    why TEXT NOT NULL,
    mentions TEXT NOT NULL,
    proposed_by TEXT NOT NULL,
    proposed_at BIGINT NOT NULL
);
