-- What is to go out and what has: messages and mails, each once for every destination and recipient.
-- `destination` is the name of one in settings.toml, or `mail` where `recipient` is an address of its own. While a row with
-- `holds` waits for its next try, others of its destination and recipient wait behind it.
CREATE TABLE outbox (
    number BIGINT PRIMARY KEY,
    destination TEXT NOT NULL,
    recipient TEXT NOT NULL,
    key TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    urgent SMALLINT NOT NULL,
    state TEXT NOT NULL,
    queued_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    leased_until BIGINT NOT NULL DEFAULT 0,
    tries BIGINT NOT NULL DEFAULT 0,
    holds SMALLINT NOT NULL DEFAULT 0,
    reason TEXT,
    ended_at BIGINT,
    UNIQUE (key, destination, recipient)
);
CREATE INDEX outbox_due ON outbox (state, due_at);

-- What a rule has told of to which destination: `subject` is a mention's row, or what else the rule is about. `gathered` are
-- those that a summary speaks of, by its number in the outbox.
CREATE TABLE told (
    rule TEXT NOT NULL,
    destination TEXT NOT NULL,
    subject TEXT NOT NULL,
    at BIGINT NOT NULL,
    gathered BIGINT,
    PRIMARY KEY (rule, destination, subject)
);
CREATE INDEX told_at ON told (rule, destination, at);
CREATE INDEX told_subject ON told (subject);
