// New entities.
// params: rows
UNWIND $rows AS row
CREATE (e:Entity:$(row.labels))
SET e = row.properties
