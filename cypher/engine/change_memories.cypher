// Change some properties of memories.
// params: rows
UNWIND $rows AS row
MATCH (m:Memory {uid: row.uid})
SET m += row.properties
