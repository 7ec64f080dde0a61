-- The new process serves, and the old one finishes what it has begun: nobody waits, and other processes of the host have their turn.
ALTER TABLE cycle
    DROP CONSTRAINT cycle_state_check,
    ADD CONSTRAINT cycle_state_check
        CHECK (state IN ('queued', 'preparing', 'warming', 'holding', 'pausing', 'quiescing', 'stopping',
            'starting', 'delivering', 'resuming', 'proving', 'lingering', 'reverting', 'done', 'aborted', 'reverted',
            'failed')),
    -- From its first time in that state on, also when it goes back from there.
    ADD COLUMN lingers boolean NOT NULL DEFAULT false,
    ADD CONSTRAINT lingering_lingers CHECK (state <> 'lingering' OR lingers);

DROP INDEX one_open_cycle_per_host;
CREATE UNIQUE INDEX one_open_cycle_per_host ON cycle (host_id)
    WHERE start_time IS NOT NULL AND end_time IS NULL AND NOT lingers;
