-- When it was said that a record is at its stage. A tool that says so later is believed, a report that arrives late is not.
ALTER TABLE records ADD COLUMN stage_at INTEGER;

UPDATE records SET stage_at = updated_at WHERE stage IS NOT NULL;

CREATE TRIGGER records_begin_at_a_stage AFTER INSERT ON records
WHEN NEW.stage IS NOT NULL AND NEW.stage_at IS NULL
BEGIN
    UPDATE records SET stage_at = NEW.created_at WHERE id = NEW.id;
END;

-- A person, or a file, says so when it is written down.
CREATE TRIGGER records_come_to_a_stage AFTER UPDATE OF stage ON records
WHEN NEW.stage IS NOT OLD.stage AND NEW.stage_at IS OLD.stage_at
BEGIN
    UPDATE records SET stage_at = NEW.updated_at WHERE id = NEW.id;
END;
