-- One page of the memories that a condition chooses, newest first.
-- params: limit, offset
-- slots: columns, condition
SELECT {columns} FROM memory WHERE {condition}
ORDER BY memory.created_at DESC, ifnull(memory.position, -1) DESC, memory.id DESC
LIMIT :limit OFFSET :offset
