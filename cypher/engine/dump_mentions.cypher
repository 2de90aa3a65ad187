// What memories name.
// params: uids
// slots: mention
MATCH (m:Memory)-[n:MENTIONS]->(e:Entity) WHERE m.uid IN $uids
RETURN {mention}
