-- The turns of a job, in order.
-- params: id, turns
INSERT INTO job_turn (job_id, number, turn_id) SELECT :id, key, value FROM json_each(:turns)
