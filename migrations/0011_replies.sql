-- The queue of replies. Where each stands is JSON beside the word for it; its version goes up with every change.
-- `id` is the row of the mention it was opened for and stays; `mention` follows when mentions turn out to be one.
CREATE TABLE reply (
    id BIGINT PRIMARY KEY,
    mention BIGINT NOT NULL UNIQUE,
    version BIGINT NOT NULL,
    lane TEXT NOT NULL,
    status TEXT NOT NULL,
    state TEXT NOT NULL,
    lease_until BIGINT,
    opened_at BIGINT NOT NULL,
    opened_by TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    team TEXT,
    person TEXT,
    why TEXT NOT NULL,
    facts TEXT NOT NULL,
    source TEXT NOT NULL,
    kind TEXT NOT NULL,
    site TEXT NOT NULL,
    author TEXT,
    thread TEXT,
    own_id TEXT,
    answer TEXT,
    first_sent_at BIGINT,
    stars_before DOUBLE PRECISION,
    stars_after DOUBLE PRECISION
);
CREATE INDEX reply_status ON reply (status, due_at);
CREATE INDEX reply_own_id ON reply (own_id);
CREATE INDEX reply_author ON reply (author);

-- Every change: who, when, what, and where it stood before and after.
CREATE TABLE reply_audit (
    reply BIGINT NOT NULL,
    version BIGINT NOT NULL,
    mention BIGINT NOT NULL,
    at BIGINT NOT NULL,
    who TEXT NOT NULL,
    action TEXT NOT NULL,
    state_before TEXT NOT NULL,
    state_after TEXT NOT NULL,
    PRIMARY KEY (reply, version)
);
CREATE INDEX reply_audit_mention ON reply_audit (mention);
CREATE INDEX reply_audit_at ON reply_audit (at);

-- Who had the last turn in each team.
CREATE TABLE reply_turn (
    team TEXT PRIMARY KEY,
    person TEXT NOT NULL
);

-- The last text written for each site, and the last that went out there.
CREATE TABLE reply_site (
    site TEXT PRIMARY KEY,
    drafted TEXT,
    drafted_for BIGINT,
    sent TEXT,
    sent_for BIGINT
);

-- Words that we may, or may not, quote.
CREATE TABLE quote (
    mention BIGINT PRIMARY KEY,
    state TEXT NOT NULL,
    text TEXT NOT NULL,
    by_whom TEXT NOT NULL,
    at BIGINT NOT NULL,
    note TEXT
);
