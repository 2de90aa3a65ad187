-- A relation between two entities; one that exists stays as it is.
-- params: tenant, id, subject, type, object, memory, confidence, polarity, valid_from, valid_to
INSERT OR IGNORE INTO relation (
  tenant, id, subject, type, object, memory, confidence, polarity, valid_from, valid_to
) VALUES (:tenant, :id, :subject, :type, :object, :memory, :confidence, :polarity, :valid_from, :valid_to)
