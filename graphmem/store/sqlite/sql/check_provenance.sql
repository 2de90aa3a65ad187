-- Facts without a raw turn to rest on.
SELECT no FROM memory
WHERE layer <> 'conversation'
  AND NOT EXISTS (SELECT 1 FROM json_each(memory.sources) WHERE value = memory.id)
  AND NOT EXISTS (SELECT 1 FROM link WHERE link.source = memory.no AND link.type = 'DERIVED_FROM')
