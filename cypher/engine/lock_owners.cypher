// Make owners known and lock them, in the order given; their versions.
// params: rows, token
UNWIND $rows AS row
MERGE (o:Owner {uid: row.uid})
ON CREATE SET o += row.properties, o.version = 0, o.memories = 0, o.speakers = [], o:$(row.labels)
SET o.last_write = $token
RETURN o.name, o.version
