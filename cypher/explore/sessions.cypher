// The sessions of an owner: when each was last active, how many turns and notes it holds, and when the first of its
// notes expires.
// :param {tenant: 'default', owner: 'user:alex'}
// params: tenant, owner
MATCH (u:Owner {tenant: $tenant, name: $owner})
MATCH (s:Session) WHERE s.owner_uid = u.uid
CALL (s) {
  MATCH (s)<-[:IN_SESSION]-(m:Memory)
  RETURN count(CASE WHEN m:Turn THEN 1 END) AS turns, count(CASE WHEN m:SessionNote THEN 1 END) AS notes,
    date(min(m.valid_from)) AS began, min(m.expires_at) AS expires
}
RETURN s.id AS session, began, s.last_activity AS active, turns, notes, expires
ORDER BY began DESC, session LIMIT 100
