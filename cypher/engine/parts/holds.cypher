// Whether a relation `r` holds at the moment of the question.
// params: ask
CASE WHEN $ask.as_of IS NOT NULL
  THEN (r.valid_from IS NULL OR r.valid_from <= $ask.as_of) AND (r.valid_to IS NULL OR r.valid_to > $ask.as_of)
  ELSE $ask.superseded OR r.valid_to IS NULL OR r.valid_to > $ask.now END
