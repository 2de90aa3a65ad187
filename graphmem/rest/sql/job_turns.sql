-- The turns of a job, in order.
-- params: id
SELECT turn_id FROM job_turn WHERE job_id = :id ORDER BY number
