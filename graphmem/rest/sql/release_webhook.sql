-- A webhook was served, and may be again from a time on; whether it answered.
-- params: id, held_until, silent
UPDATE webhook SET held_until = :held_until, silent = :silent WHERE id = :id
