-- Operations that are done, and too old or too many to be kept.
-- params: before, rows
DELETE FROM event
WHERE completed_at IS NOT NULL
  AND (created_at < :before OR seq <= (SELECT max(seq) FROM event) - :rows)
