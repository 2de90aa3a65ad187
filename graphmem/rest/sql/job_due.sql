-- The next job of a store that may be begun; those of one scope wait for each other.
-- params: store, now
SELECT job.seq FROM job
WHERE job.store = :store AND job.due <= :now AND job.held_until <= :now AND NOT EXISTS (
  SELECT 1 FROM job AS earlier
  WHERE earlier.store = job.store AND earlier.project_id = job.project_id AND earlier.scope = job.scope
    AND earlier.seq < job.seq)
ORDER BY job.seq LIMIT 1
