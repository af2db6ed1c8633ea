-- Mentions and all that is known of them. Written so that SQLite and PostgreSQL both take it:
-- times are milliseconds since 1970 UTC, yes/no is 1/0, lists are JSON text.

-- The change sequence: one row, counted up inside each writing transaction.
CREATE TABLE change_sequence (
    one SMALLINT PRIMARY KEY,
    reached BIGINT NOT NULL,
    tagged_with TEXT NOT NULL
);
INSERT INTO change_sequence (one, reached, tagged_with) VALUES (1, 0, '');

CREATE TABLE mention (
    row_id INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    changed BIGINT NOT NULL,
    content BIGINT NOT NULL,
    content_source TEXT NOT NULL,
    title TEXT,
    text TEXT NOT NULL,
    url TEXT,
    author TEXT,
    author_handle TEXT,
    published_at BIGINT,
    published_precision TEXT,
    edited_at BIGINT,
    rating_value DOUBLE PRECISION,
    rating_worst DOUBLE PRECISION,
    rating_best DOUBLE PRECISION,
    stated_lang TEXT,
    about TEXT,
    subject TEXT,
    notes TEXT,
    lang TEXT NOT NULL,
    products TEXT NOT NULL,
    verdict TEXT NOT NULL,
    why TEXT NOT NULL,
    first_seen_at BIGINT NOT NULL,
    revision INTEGER NOT NULL
);
CREATE UNIQUE INDEX mention_changed ON mention (changed);

-- What makes two sightings one mention: hashes of the site's own id, or of host, author, day and text.
CREATE TABLE mention_key (
    key BIGINT PRIMARY KEY,
    mention INTEGER NOT NULL
);

CREATE TABLE sighting (
    mention INTEGER NOT NULL,
    source TEXT NOT NULL,
    own_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    url TEXT,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (mention, source, own_id)
);

-- What a mention said before it was changed.
CREATE TABLE revision (
    mention INTEGER NOT NULL,
    number INTEGER NOT NULL,
    title TEXT,
    text TEXT NOT NULL,
    rating_value DOUBLE PRECISION,
    rating_worst DOUBLE PRECISION,
    rating_best DOUBLE PRECISION,
    replaced_at BIGINT NOT NULL,
    PRIMARY KEY (mention, number)
);

CREATE TABLE tag (
    mention INTEGER NOT NULL,
    number INTEGER NOT NULL,
    polarity TEXT NOT NULL,
    phrase TEXT NOT NULL,
    theme TEXT NOT NULL,
    product TEXT,
    field TEXT NOT NULL,
    start_at INTEGER NOT NULL,
    end_at INTEGER NOT NULL,
    found TEXT NOT NULL,
    product_start INTEGER,
    product_end INTEGER,
    joined_by TEXT,
    rule TEXT NOT NULL,
    negated SMALLINT NOT NULL,
    list TEXT NOT NULL,
    PRIMARY KEY (mention, number)
);

-- How each source fares, and how far it has listened.
CREATE TABLE source_state (
    source TEXT PRIMARY KEY,
    coverage TEXT NOT NULL,
    reason TEXT,
    last_run_at BIGINT NOT NULL,
    last_good_at BIGINT,
    next_due_at BIGINT NOT NULL,
    failures INTEGER NOT NULL,
    had_items SMALLINT NOT NULL,
    frontier TEXT NOT NULL,
    cursor TEXT
);

-- What is known of each page asked for, so that an unchanged one costs nothing.
CREATE TABLE page (
    source TEXT NOT NULL,
    address TEXT NOT NULL,
    etag TEXT,
    last_modified TEXT,
    body BIGINT NOT NULL,
    next TEXT NOT NULL,
    followed_at BIGINT NOT NULL,
    PRIMARY KEY (source, address)
);
