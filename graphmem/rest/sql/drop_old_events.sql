-- Operations that are done, and too old to be kept, or too many of one project; of jobs whose store was in the RAM of
-- another server, the old ones.
-- params: before, rows, store
DELETE FROM event
WHERE (completed_at IS NOT NULL AND (created_at < :before OR seq IN (
    SELECT seq FROM (SELECT seq, row_number() OVER (PARTITION BY project_id ORDER BY seq DESC) AS place FROM event)
    WHERE place > :rows)))
  OR (created_at < :before AND EXISTS (
    SELECT 1 FROM job WHERE job.id = event.id AND job.store LIKE ':memory:%' AND job.store != :store))
