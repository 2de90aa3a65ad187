-- Memories past their time.
-- params: now
SELECT no FROM memory WHERE expires_at <= :now
