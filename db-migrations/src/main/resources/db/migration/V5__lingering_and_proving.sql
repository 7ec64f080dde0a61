-- Two more states in which clients do not wait: the old process still serves some, or the new one is on trial.
ALTER TABLE cycle
    DROP CONSTRAINT cycle_state_check,
    ADD CONSTRAINT cycle_state_check
        CHECK (state IN ('queued', 'preparing', 'holding', 'pausing', 'quiescing', 'lingering', 'stopping', 'starting',
            'delivering', 'resuming', 'proving', 'reverting', 'done', 'aborted', 'reverted', 'failed'));
