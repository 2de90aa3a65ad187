// Every tenant that holds anything; a deleted memory leaves its history.
CALL () {
  MATCH (m:Memory) RETURN DISTINCT m.tenant AS tenant
  UNION
  MATCH (e:Entity) RETURN DISTINCT e.tenant AS tenant
  UNION
  MATCH (c:Change) RETURN DISTINCT c.tenant AS tenant
  UNION
  MATCH (s:Session) WHERE s.last_activity IS NOT NULL RETURN DISTINCT s.tenant AS tenant
}
RETURN tenant
