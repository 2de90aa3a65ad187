// Which of these relations there are, found by the memories that say so, whose owners are told.
// params: query, relations
CALL db.index.fulltext.queryNodes('memory_says', $query) YIELD node
UNWIND node.states AS subject
WITH DISTINCT subject
MATCH (:Entity {uid: subject})-[r]->(:Entity) WHERE r.uid IN $relations
MATCH (m:Memory {uid: r.memory_uid})
RETURN r.id, r.uid, subject, m.id, m.owner
