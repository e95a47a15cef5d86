-- Tables get the names that the code uses.

-- The further records that an event is about. Triggers and key follow the table; the index is named after it.
ALTER TABLE concerns RENAME TO associations;
DROP INDEX concerns_by_record;
CREATE INDEX associations_by_record ON associations (record, at, event);
DROP TRIGGER erased_records_get_no_concerns;
CREATE TRIGGER erased_records_get_no_associations BEFORE INSERT ON associations
WHEN (SELECT erased_at FROM records WHERE id = NEW.record) IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'conflict: the record is erased');
END;

-- Records whose members changed by a merge or its undoing, and that the agent has not considered since.
ALTER TABLE unsettled RENAME TO recombined;
