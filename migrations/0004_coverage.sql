-- The history of coverage: how each source fared over time, and what hosts asked of us.

-- When a source is due and why then, what it is known not to show, and how far its list was last read.
ALTER TABLE source_state ADD COLUMN next_why TEXT;
ALTER TABLE source_state ADD COLUMN short TEXT;
ALTER TABLE source_state ADD COLUMN wishes TEXT;
ALTER TABLE source_state ADD COLUMN is_blind SMALLINT NOT NULL DEFAULT 0;
ALTER TABLE source_state ADD COLUMN read_through_at BIGINT;
ALTER TABLE source_state ADD COLUMN walked BIGINT NOT NULL DEFAULT 0;

-- What the day that is under way has brought so far; it goes to coverage_day when the next one begins.
ALTER TABLE source_state ADD COLUMN today BIGINT NOT NULL DEFAULT 0;
ALTER TABLE source_state ADD COLUMN rounds_today BIGINT NOT NULL DEFAULT 0;
ALTER TABLE source_state ADD COLUMN seen_today BIGINT NOT NULL DEFAULT 0;
ALTER TABLE source_state ADD COLUMN new_today BIGINT NOT NULL DEFAULT 0;
ALTER TABLE source_state ADD COLUMN failures_today BIGINT NOT NULL DEFAULT 0;

-- Until when a page is good by its server's word.
ALTER TABLE page ADD COLUMN good_until_at BIGINT;

-- A row for each change of a source's state; the last one has no end yet.
CREATE TABLE coverage_span (
    source TEXT NOT NULL,
    from_at BIGINT NOT NULL,
    until_at BIGINT,
    coverage TEXT NOT NULL,
    is_blind SMALLINT NOT NULL,
    reason TEXT,
    PRIMARY KEY (source, from_at)
);
CREATE INDEX coverage_span_until ON coverage_span (until_at);

-- Days since 1970, UTC.
CREATE TABLE coverage_day (
    source TEXT NOT NULL,
    day BIGINT NOT NULL,
    rounds BIGINT NOT NULL,
    seen BIGINT NOT NULL,
    new_mentions BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    PRIMARY KEY (source, day)
);

-- Hosts that are left alone; a status of 0 stands for silence.
CREATE TABLE host_pause (
    host TEXT PRIMARY KEY,
    until_at BIGINT NOT NULL,
    refusals BIGINT NOT NULL,
    status BIGINT NOT NULL
);
