-- The recommender is part of every proposal and of every category, so that a grant for one covers no other.
ALTER TABLE proposals ADD COLUMN recommender TEXT NOT NULL DEFAULT 'playbook';

CREATE TABLE autonomy_anew (
    recommender TEXT NOT NULL,
    event_kind TEXT NOT NULL,
    action_kind TEXT NOT NULL,
    granted_by TEXT NOT NULL,
    granted_at INTEGER NOT NULL,
    PRIMARY KEY (recommender, event_kind, action_kind)
) WITHOUT ROWID;

-- Only the playbook recommended before.
INSERT INTO autonomy_anew SELECT 'playbook', event_kind, action_kind, granted_by, granted_at FROM autonomy;
DROP TABLE autonomy;
ALTER TABLE autonomy_anew RENAME TO autonomy;

-- The last advice of each recommender about a record, with the digest of the situation it was given for: the same
-- situation is never put to it twice.
CREATE TABLE advice (
    record TEXT NOT NULL REFERENCES records (id),
    recommender TEXT NOT NULL,
    situation TEXT NOT NULL,
    advice TEXT NOT NULL,
    given_at INTEGER NOT NULL,
    PRIMARY KEY (record, recommender)
) WITHOUT ROWID;

CREATE TRIGGER erased_records_get_no_advice BEFORE INSERT ON advice
WHEN (SELECT erased_at FROM records WHERE id = NEW.record) IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'conflict: the record is erased');
END;
