-- Digests that were handed to the outbox, with what they said, so that each can be shown again just as it was. Days are written
-- 2026-03-03.
CREATE TABLE digest (
    recipient TEXT NOT NULL,
    edition TEXT NOT NULL,
    day TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (recipient, edition, day)
);

-- What they showed to whom: `thing` is a mention's row, a word …, and `state` what it was like then. Shown again only in another
-- state.
CREATE TABLE digest_shown (
    recipient TEXT NOT NULL,
    edition TEXT NOT NULL,
    kind TEXT NOT NULL,
    thing TEXT NOT NULL,
    state TEXT NOT NULL,
    day TEXT NOT NULL,
    PRIMARY KEY (recipient, edition, kind, thing, state)
);
CREATE INDEX digest_shown_thing ON digest_shown (kind, thing);

-- Who reads them: the token that ends it with one click, and whether that has happened.
CREATE TABLE digest_reader (
    recipient TEXT PRIMARY KEY,
    token TEXT NOT NULL UNIQUE,
    unsubscribed_at BIGINT
);
