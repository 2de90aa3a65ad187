-- Something that hangs on these memories changed.
-- params: tick, numbers
UPDATE memory SET stamp = :tick WHERE no IN (SELECT value FROM json_each(:numbers))
