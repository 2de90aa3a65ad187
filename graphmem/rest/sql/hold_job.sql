-- A job is begun.
-- params: seq, now, holder, held_until
UPDATE job SET holder = :holder, held_until = :held_until, tries = tries + 1
WHERE seq = :seq AND held_until <= :now RETURNING id, project_id, options, accepted, tries
