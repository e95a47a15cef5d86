-- For the open proposals of a record, however many were settled before.
CREATE INDEX proposals_open_by_record ON proposals (record, id)
    WHERE status IN ('pending', 'approved', 'executing', 'failed', 'unknown');
