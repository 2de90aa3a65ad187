-- Count one more write.
UPDATE store SET tick = tick + 1
