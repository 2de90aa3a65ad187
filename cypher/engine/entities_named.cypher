// Entities by uid.
// params: entities
UNWIND $entities AS uid
MATCH (e:Entity {uid: uid})
RETURN e.id, e.owner, e.name, e.key, e.type, e.aliases
