// New relations.
// params: rows
UNWIND $rows AS row
MATCH (s:Entity {uid: row.subject})
MATCH (o:Entity {uid: row.object})
CREATE (s)-[r:$(row.type)]->(o)
SET r = row.properties,
  r.valid_from = datetime(row.times.valid_from), r.valid_to = datetime(row.times.valid_to)
