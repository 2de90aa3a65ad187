-- A fact rests on one more turn.
-- params: source, no
UPDATE memory SET sources = json_insert(sources, '$[#]', :source)
WHERE no = :no AND NOT EXISTS (SELECT 1 FROM json_each(memory.sources) WHERE value = :source)
