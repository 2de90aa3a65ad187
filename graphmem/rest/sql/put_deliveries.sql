-- A webhook is to be told these news, in their order.
-- params: webhook_id, store, event_id, news, now
INSERT INTO delivery (id, webhook_id, store, event_id, kind, memory_id, due, created_at)
SELECT lower(hex(randomblob(16))), :webhook_id, :store, :event_id, json_extract(news.value, '$[0]'),
  json_extract(news.value, '$[1]'), :now, :now
FROM json_each(:news) AS news ORDER BY news.key
