-- A process still works on these.
-- params: ids, holder, held_until
UPDATE job SET held_until = :held_until WHERE holder = :holder AND id IN (SELECT value FROM json_each(:ids))
