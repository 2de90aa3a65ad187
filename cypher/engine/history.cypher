// What happened to a memory, oldest first.
// params: memory
// slots: event
MATCH (c:Change) WHERE c.memory_uid = $memory
WITH c ORDER BY c.seq
RETURN {event}
