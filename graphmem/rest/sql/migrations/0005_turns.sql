-- Webhooks are served in turns, one delivery of each at a time: nothing is sent to one before `held_until`. Who did not
-- answer for so many tries in a row (`silent`) waits longer for the next turn.

ALTER TABLE webhook ADD COLUMN served_at REAL NOT NULL DEFAULT 0;
ALTER TABLE webhook ADD COLUMN held_until REAL NOT NULL DEFAULT 0;
ALTER TABLE webhook ADD COLUMN silent INTEGER NOT NULL DEFAULT 0;
DROP INDEX delivery_due;
CREATE INDEX delivery_waiting ON delivery (store, webhook_id, due) WHERE status = 'PENDING';
