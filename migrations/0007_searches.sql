-- Searches that people keep, and the alerts they lead to.
-- `since` is the change of the store at which a search began to alert, `reached` the one up to which it has been matched.
CREATE TABLE saved_search (
    name TEXT PRIMARY KEY,
    query TEXT NOT NULL,
    owner TEXT,
    shared SMALLINT NOT NULL,
    alert TEXT NOT NULL,
    digest SMALLINT NOT NULL,
    token TEXT NOT NULL UNIQUE,
    made_at BIGINT NOT NULL,
    since BIGINT NOT NULL,
    since_at BIGINT NOT NULL,
    reached BIGINT NOT NULL
);

-- Mentions that a search found when they were new, once each.
CREATE TABLE alert (
    search TEXT NOT NULL,
    mention BIGINT NOT NULL,
    at BIGINT NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (search, mention)
);
