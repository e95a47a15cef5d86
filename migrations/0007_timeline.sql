-- The associations of a record in the order of their events: for pages of a timeline.
ALTER TABLE concerns ADD COLUMN at INTEGER NOT NULL DEFAULT 0;

UPDATE concerns SET at = COALESCE((
    SELECT CAST(round(unixepoch(json_extract(e.event, '$.occurred_at'), 'subsec') * 1000) AS INTEGER)
    FROM events e WHERE e.id = concerns.event), 0);

DROP INDEX concerns_by_record;
CREATE INDEX concerns_by_record ON concerns (record, at, event);
