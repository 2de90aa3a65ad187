// Relations hold no longer.
// params: rows
UNWIND $rows AS row
MATCH (:Entity {uid: row.subject})-[r]->(:Entity) WHERE r.uid = row.uid
SET r.valid_to = row.valid_to
