-- Something that the memories of an owner name has changed.
-- params: tick, no
UPDATE owner SET stamp = :tick WHERE no = :no
