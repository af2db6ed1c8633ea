-- Who is at a row: the shift of a process, which another can tell to have ended.
ALTER TABLE outbox ADD COLUMN leased_by TEXT NOT NULL DEFAULT '';
