-- Classifications of events, each with the id of its proposal. Of several that were not undone the latest counts.
CREATE TABLE classifications (
    id TEXT PRIMARY KEY,
    event TEXT NOT NULL,
    record TEXT NOT NULL REFERENCES records (id),
    topic TEXT NOT NULL,
    urgency TEXT NOT NULL,
    note TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    undone_at INTEGER
) WITHOUT ROWID;

CREATE INDEX classifications_by_event ON classifications (event, created_at, id);
CREATE INDEX classifications_by_record ON classifications (record);

-- The classification of each event that counts, as a document.
CREATE VIEW event_classification AS
SELECT c.event, json_object('topic', c.topic, 'urgency', c.urgency, 'note', c.note) AS classification
FROM classifications c
WHERE c.undone_at IS NULL AND NOT EXISTS (
    SELECT 1 FROM classifications later
    WHERE later.event = c.event AND later.undone_at IS NULL
        AND (later.created_at, later.id) > (c.created_at, c.id));

CREATE TRIGGER erased_records_get_no_classifications BEFORE INSERT ON classifications
WHEN (SELECT erased_at FROM records WHERE id = NEW.record) IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'conflict: the record is erased');
END;
