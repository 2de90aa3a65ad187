// One page of the memories that a condition chooses, newest first.
// params: skip, limit
// slots: source, condition, item
{source}
WHERE {condition}
WITH m ORDER BY m.created_at DESC, coalesce(m.position, -1) DESC, m.id DESC SKIP $skip LIMIT $limit
RETURN {item}
