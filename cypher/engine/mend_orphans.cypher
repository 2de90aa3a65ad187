// Remove entities that no memory names and no relation touches; how many.
MATCH (e:Entity) WHERE NOT EXISTS { (e)--() }
DELETE e
RETURN count(*)
