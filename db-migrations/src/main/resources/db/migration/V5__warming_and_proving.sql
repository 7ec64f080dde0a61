-- Two more states in which clients do not wait: the new process starts while the old one serves, or is on trial.
ALTER TABLE cycle
    DROP CONSTRAINT cycle_state_check,
    ADD CONSTRAINT cycle_state_check
        CHECK (state IN ('queued', 'preparing', 'warming', 'holding', 'pausing', 'quiescing', 'stopping',
            'starting', 'delivering', 'resuming', 'proving', 'reverting', 'done', 'aborted', 'reverted', 'failed'));
