-- Every tenant that holds anything; a deleted memory leaves its history.
SELECT tenant FROM memory
UNION SELECT tenant FROM entity
UNION SELECT tenant FROM event
UNION SELECT owner.tenant FROM session JOIN owner ON owner.no = session.owner
ORDER BY tenant
