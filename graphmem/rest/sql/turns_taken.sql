-- Those of these turns whose facts somebody will look for anyway.
-- params: store, turns
SELECT turn_id FROM job_turn JOIN job ON job.id = job_id
WHERE turn_id IN (SELECT value FROM json_each(:turns)) AND job.store = :store AND job.accepted
