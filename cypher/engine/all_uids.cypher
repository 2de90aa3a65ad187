// Every memory of every tenant: its tenant, id and uid.
MATCH (m:Memory)
RETURN m.tenant, m.id, m.uid
