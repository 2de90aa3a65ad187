-- New vectors of a memory.
-- params: vector, trigger_vector, memory
UPDATE embedding SET vector = :vector, trigger_vector = :trigger_vector WHERE memory = :memory
