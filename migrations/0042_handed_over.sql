-- When a ticket was last asked for: a service whose search lags behind is asked again before a second is made.
ALTER TABLE outbox ADD COLUMN handed_over_at BIGINT;
UPDATE outbox SET handed_over_at = due_at WHERE state = 'waiting' AND tries > 0;
