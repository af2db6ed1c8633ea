-- What the pages count and list, without reading every reply and every quote.
CREATE TABLE reply_count (
    status TEXT NOT NULL,
    lane TEXT NOT NULL,
    replies BIGINT NOT NULL,
    PRIMARY KEY (status, lane)
);
INSERT INTO reply_count (status, lane, replies) SELECT status, lane, COUNT(*) FROM reply GROUP BY status, lane;
CREATE INDEX reply_changed ON reply (status, changed_at);
CREATE INDEX reply_lease ON reply (lease_until) WHERE lease_until IS NOT NULL;
CREATE INDEX reply_first_sent ON reply (first_sent_at, stars_before, stars_after) WHERE first_sent_at IS NOT NULL;
CREATE INDEX quote_listed ON quote (state, at, mention);
CREATE INDEX quote_at ON quote (at, mention);
