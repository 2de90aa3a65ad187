-- Nobody is a member any more.
-- params: holder
DELETE FROM member WHERE holder = :holder
