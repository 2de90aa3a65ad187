// Sessions were active: their unexpired notes that have a ttl live on from then.
// params: rows
UNWIND $rows AS row
MATCH (s:Session {uid: row.uid})
SET s.last_activity = row.at
WITH s, row
MATCH (s)<-[:IN_SESSION]-(m:SessionNote)
WHERE m.ttl IS NOT NULL AND (m.expires_at IS NULL OR m.expires_at > row.at)
SET m.expires_at = row.at + duration({microseconds: toInteger(round(m.ttl * 1000000))})
