-- What goes to sites by their APIs: a row for each text of a reply, for each change of it, and for each time it is taken away.
-- `stage` is written before the call that acts (`calling`) and after it; whoever finds `calling` with its lease run out asks the
-- site first. `hash` is that of the text as it was approved. `text` says why where the deed is `withdraw`.
CREATE TABLE reply_post (
    reply BIGINT NOT NULL,
    number BIGINT NOT NULL,
    deed TEXT NOT NULL,
    source TEXT NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    hash TEXT NOT NULL,
    by_whom TEXT NOT NULL,
    key TEXT NOT NULL UNIQUE,
    stage TEXT NOT NULL,
    begun_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    leased_until BIGINT NOT NULL DEFAULT 0,
    tries BIGINT NOT NULL DEFAULT 0,
    remote TEXT,
    url TEXT,
    reason TEXT,
    ended_at BIGINT,
    PRIMARY KEY (reply, number)
);
CREATE INDEX reply_post_due ON reply_post (stage, due_at);
