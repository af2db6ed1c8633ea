-- Customers, as they are imported.
CREATE TABLE customer (
    id TEXT PRIMARY KEY,
    name TEXT,
    segment TEXT,
    role TEXT,
    value DOUBLE PRECISION,
    region TEXT,
    owner TEXT,
    products TEXT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- What they are known by: `handle:site:name`, `mail:fingerprint@domain`, `domain:name`. Who said so: `import`, `hand` (a person),
-- or `never` (a person said that it is not theirs).
CREATE TABLE customer_key (
    key TEXT NOT NULL,
    customer TEXT NOT NULL,
    said TEXT NOT NULL,
    PRIMARY KEY (key, customer)
);
CREATE INDEX customer_key_customer ON customer_key (customer);

-- Whose mentions are. No customer means that a person said it is nobody's.
CREATE TABLE customer_mention (
    mention BIGINT PRIMARY KEY,
    customer TEXT,
    how TEXT NOT NULL
);
CREATE INDEX customer_mention_customer ON customer_mention (customer);

-- How standing mentions are found when a customer is imported: by the author's handle, and by the domain behind a masked address,
-- which begins at its 55th letter.
CREATE INDEX mention_handle ON mention (LOWER(author_handle)) WHERE author_handle IS NOT NULL;
CREATE INDEX mention_mail_domain ON mention (SUBSTR(author_handle, 55)) WHERE SUBSTR(author_handle, 1, 5) = 'mail:';

-- What was erased: hashes by which it would be known again, so that it does not come back; rows that readers take out.
CREATE TABLE erased (
    key BIGINT PRIMARY KEY
);
CREATE TABLE erased_mention (
    row_id BIGINT PRIMARY KEY,
    changed BIGINT NOT NULL
);
CREATE INDEX erased_mention_changed ON erased_mention (changed);

-- That something was erased, and when. The subject is a fingerprint; swept once no file holds the bytes any more.
CREATE TABLE erasure (
    number BIGINT PRIMARY KEY,
    at BIGINT NOT NULL,
    what TEXT NOT NULL,
    subject TEXT NOT NULL,
    mentions BIGINT NOT NULL,
    swept SMALLINT NOT NULL
);
