-- When sessions were last active.
-- params: tenant, every
-- slots: condition
SELECT owner.name, session.id, session.last_activity
FROM session JOIN owner ON owner.no = session.owner
WHERE owner.tenant = :tenant AND (:every OR EXISTS (
  SELECT 1 FROM memory
  WHERE memory.owner = session.owner AND memory.session_id = session.id AND {condition}))
ORDER BY owner.name, session.id
