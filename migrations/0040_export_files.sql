-- Tables written into files outside of index/, so that an erasure finds these copies, too.
CREATE TABLE export_file (
    path TEXT NOT NULL PRIMARY KEY,
    written_at BIGINT NOT NULL,
    mark TEXT NOT NULL
);
