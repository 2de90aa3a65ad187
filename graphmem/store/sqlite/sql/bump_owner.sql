-- An owner was written to: its version moves, and copies of its memories are old.
-- params: tick, removed, no
UPDATE owner SET
  version = :tick, stamp = :tick, removed = CASE WHEN :removed THEN :tick ELSE removed END
WHERE no = :no
