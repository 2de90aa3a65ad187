-- Exports that were asked for long ago go.
-- params: before
DELETE FROM export WHERE created_at < :before
