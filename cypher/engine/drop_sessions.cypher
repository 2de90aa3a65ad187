// Remove those of these sessions that hold nothing and were never active.
// params: sessions
UNWIND $sessions AS uid
MATCH (s:Session {uid: uid}) WHERE s.last_activity IS NULL AND NOT EXISTS { (s)<-[:IN_SESSION]-() }
DETACH DELETE s
