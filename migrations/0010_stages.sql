-- The time at which a record's stage was reported. A later report replaces it, a late one does not.
ALTER TABLE records ADD COLUMN stage_at INTEGER;

UPDATE records SET stage_at = updated_at WHERE stage IS NOT NULL;

CREATE TRIGGER records_begin_at_a_stage AFTER INSERT ON records
WHEN NEW.stage IS NOT NULL AND NEW.stage_at IS NULL
BEGIN
    UPDATE records SET stage_at = NEW.created_at WHERE id = NEW.id;
END;

-- A stage that a person or a file sets is reported at the time of the write.
CREATE TRIGGER records_come_to_a_stage AFTER UPDATE OF stage ON records
WHEN NEW.stage IS NOT OLD.stage AND NEW.stage_at IS OLD.stage_at
BEGIN
    UPDATE records SET stage_at = NEW.updated_at WHERE id = NEW.id;
END;
