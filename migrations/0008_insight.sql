-- Unusual days, each told once and brought up to date while they go on. Days are written 2026-03-03; an empty polarity or
-- theme means any.
CREATE TABLE spike (
    product TEXT NOT NULL,
    polarity TEXT NOT NULL,
    theme TEXT NOT NULL,
    first_day TEXT NOT NULL,
    last_day TEXT NOT NULL,
    mentions BIGINT NOT NULL,
    usual DOUBLE PRECISION NOT NULL,
    of_weekday SMALLINT NOT NULL,
    chance DOUBLE PRECISION NOT NULL,
    examples TEXT NOT NULL,
    found_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (product, polarity, theme, first_day)
);
CREATE INDEX spike_last_day ON spike (last_day);

-- What we changed because of what people said.
CREATE TABLE noted_change (
    number BIGINT PRIMARY KEY,
    what TEXT NOT NULL,
    product TEXT NOT NULL,
    theme TEXT NOT NULL,
    made_on TEXT NOT NULL,
    noted_at BIGINT NOT NULL
);
