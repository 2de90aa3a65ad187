-- Add or replace the vectors of a memory.
-- params: memory, vector, trigger_vector
INSERT OR REPLACE INTO embedding (memory, vector, trigger_vector) VALUES (:memory, :vector, :trigger_vector)
