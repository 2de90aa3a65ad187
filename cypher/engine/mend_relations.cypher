// Remove relations whose memory is not there; how many.
MATCH (:Entity)-[r]->(:Entity) WHERE NOT EXISTS { MATCH (:Memory {uid: r.memory_uid}) }
DELETE r
RETURN count(*)
