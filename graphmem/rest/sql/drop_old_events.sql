-- Operations that are done, and too old to be kept, or too many of one project.
-- params: before, rows
DELETE FROM event
WHERE completed_at IS NOT NULL AND (created_at < :before OR seq IN (
  SELECT seq FROM (SELECT seq, row_number() OVER (PARTITION BY project_id ORDER BY seq DESC) AS place FROM event)
  WHERE place > :rows))
