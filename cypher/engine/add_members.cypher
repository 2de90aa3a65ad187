// Users belong to organisations.
// params: pairs
UNWIND $pairs AS pair
MATCH (u:Owner {uid: pair.user})
MATCH (g:Owner {uid: pair.org})
MERGE (u)-[:MEMBER_OF]->(g)
