-- These turns are gone, or what was found in them was deleted: no job of the store reads them any more.
-- params: store, ids
DELETE FROM job_turn
WHERE turn_id IN (SELECT value FROM json_each(:ids))
  AND EXISTS (SELECT 1 FROM job WHERE job.id = job_id AND job.store = :store)
RETURNING job_id
