-- Somebody is no member any more.
-- params: holder, email
DELETE FROM member WHERE holder = :holder AND email = :email RETURNING email
