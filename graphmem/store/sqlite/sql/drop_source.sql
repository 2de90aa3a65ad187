-- A fact no longer rests on a turn.
-- params: tick, source, no
UPDATE memory SET stamp = :tick, sources = (
  SELECT json_group_array(value) FROM (
    SELECT value FROM json_each(memory.sources) WHERE value <> :source ORDER BY key))
WHERE no = :no
