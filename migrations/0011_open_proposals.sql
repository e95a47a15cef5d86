-- What is open about a record is found among what is open, however much was settled about it before.
CREATE INDEX proposals_open_by_record ON proposals (record, id)
    WHERE status IN ('pending', 'approved', 'executing', 'failed', 'unknown');
