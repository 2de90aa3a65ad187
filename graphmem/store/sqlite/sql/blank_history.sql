-- Take the words out of the history of memories.
-- params: tenant, ids
UPDATE event SET text = NULL, previous = NULL
WHERE tenant = :tenant AND memory_id IN (SELECT value FROM json_each(:ids))
  AND (text IS NOT NULL OR previous IS NOT NULL)
