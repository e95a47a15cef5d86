-- A decision can be taken back before anything was done: an approval that nobody carried out yet, and a rejection.

DROP TRIGGER proposals_follow_their_states;

-- The same table as `ProposalStatus::successors`; a test compares them.
CREATE TRIGGER proposals_follow_their_states BEFORE UPDATE ON proposals
WHEN NEW.status <> OLD.status AND NOT (
    (OLD.status = 'pending' AND NEW.status IN ('approved', 'rejected', 'withdrawn', 'expired'))
    OR (OLD.status = 'approved' AND NEW.status IN ('executing', 'withdrawn', 'failed', 'pending'))
    OR (OLD.status = 'executing' AND NEW.status IN ('approved', 'done', 'failed', 'unknown'))
    OR (OLD.status = 'failed' AND NEW.status IN ('approved', 'rejected'))
    OR (OLD.status = 'unknown' AND NEW.status IN ('approved', 'done', 'failed'))
    OR (OLD.status = 'done' AND NEW.status = 'undone')
    OR (OLD.status = 'rejected' AND NEW.status IN ('pending', 'failed'))
)
BEGIN
    SELECT RAISE(ABORT, 'conflict: the proposal is in another state');
END;
