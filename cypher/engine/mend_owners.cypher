// Owners say how many memories they hold, and those who are not there are made again; how many were wrong.
MATCH (m:Memory)
WITH m.owner_uid AS uid, m.tenant AS tenant, m.owner AS name, count(*) AS held
MERGE (o:Owner {uid: uid})
ON CREATE SET o.tenant = tenant, o.name = name, o.kind = split(name, ':')[0],
  o.id = substring(name, size(split(name, ':')[0]) + 1), o.version = 1, o.memories = 0, o.speakers = []
WITH collect([o, held]) AS found
CALL (found) {
  UNWIND found AS one
  WITH one[0] AS o, one[1] AS held WHERE o.memories <> held
  SET o.memories = held, o.version = o.version + 1
  RETURN count(*) AS wrong
  UNION ALL
  MATCH (o:Owner) WHERE o.memories <> 0 AND NOT EXISTS { MATCH (m:Memory) WHERE m.owner_uid = o.uid }
  SET o.memories = 0, o.version = o.version + 1
  RETURN count(*) AS wrong
}
RETURN sum(wrong)
