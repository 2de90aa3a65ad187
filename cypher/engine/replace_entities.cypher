// Entities whose ids exist: their properties are replaced.
// params: rows
UNWIND $rows AS row
MATCH (e:Entity {uid: row.properties.uid})
REMOVE e:Person:Place:Organization:Work:Happening:Concept:Thing
SET e = row.properties, e:$(row.labels)
