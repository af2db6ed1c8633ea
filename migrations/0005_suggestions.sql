-- Proposed phrases that somebody turned down.
CREATE TABLE rejected_suggestion (
    folded TEXT PRIMARY KEY,
    phrase TEXT NOT NULL,
    rejected_at BIGINT NOT NULL
);
