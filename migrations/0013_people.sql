-- Who may use this installation, what they are signed in with, and what they changed. Of passwords, sessions, links and tokens only
-- hashes are kept: whoever reads this file cannot sign in with it.
CREATE TABLE person (
    name TEXT PRIMARY KEY,
    role TEXT NOT NULL,
    mail TEXT,
    password TEXT,
    lang TEXT,
    zone TEXT,
    made_at BIGINT NOT NULL,
    signed_in_at BIGINT
);

CREATE TABLE person_session (
    hash TEXT PRIMARY KEY,
    person TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    address TEXT,
    agent TEXT
);
CREATE INDEX person_session_person ON person_session (person);

-- A link that lets somebody in once: to set up the first account, to choose a password, or to enter.
CREATE TABLE person_link (
    hash TEXT PRIMARY KEY,
    person TEXT NOT NULL,
    purpose TEXT NOT NULL,
    until_at BIGINT NOT NULL
);

CREATE TABLE person_token (
    hash TEXT PRIMARY KEY,
    person TEXT NOT NULL,
    label TEXT NOT NULL,
    scope TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    used_at BIGINT,
    UNIQUE (person, label)
);

CREATE TABLE person_audit (
    number BIGINT PRIMARY KEY,
    at BIGINT NOT NULL,
    who TEXT NOT NULL,
    what TEXT NOT NULL,
    about TEXT NOT NULL
);
