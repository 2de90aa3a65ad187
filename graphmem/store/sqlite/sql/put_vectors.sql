-- New vectors of a memory in every tenant.
-- params: vector, trigger_vector, id
UPDATE embedding SET vector = :vector, trigger_vector = :trigger_vector
WHERE memory IN (SELECT no FROM memory WHERE id = :id)
