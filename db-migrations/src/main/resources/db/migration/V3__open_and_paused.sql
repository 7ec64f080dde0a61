-- An ended upgrade has no open cycle: the columns are null where the rule does not apply, and then nothing is referred to.
ALTER TABLE upgrade
    ADD COLUMN running_id uuid GENERATED ALWAYS AS (CASE WHEN state = 'running' THEN id END) STORED UNIQUE;
ALTER TABLE cycle
    ADD COLUMN open_upgrade_id uuid GENERATED ALWAYS AS (CASE WHEN end_time IS NULL THEN upgrade_id END) STORED,
    ADD CONSTRAINT open_in_a_running_upgrade FOREIGN KEY (open_upgrade_id) REFERENCES upgrade (running_id);

-- Only a process whose clients wait is in the paused process list.
ALTER TABLE cycle
    ADD COLUMN paused_process_id uuid GENERATED ALWAYS AS (
        CASE WHEN state IN ('pausing', 'quiescing', 'stopping', 'starting', 'delivering', 'resuming', 'reverting')
            THEN process_id END) STORED,
    ADD UNIQUE (id, paused_process_id);
ALTER TABLE paused_process
    DROP CONSTRAINT paused_process_cycle_id_process_id_fkey,
    ADD CONSTRAINT paused_by_its_cycle FOREIGN KEY (cycle_id, process_id) REFERENCES cycle (id, paused_process_id);

-- Every foreign key has an index that begins with its first column.
CREATE INDEX image_host_host ON image_host (host_id);
DROP INDEX server_process_host;
CREATE INDEX server_process_host ON server_process (host_id, end_time);
CREATE INDEX server_process_image_id ON server_process (image_id);
CREATE INDEX client_process_host ON client_process (host_id);
CREATE INDEX upgrade_image ON upgrade (image_id);
CREATE INDEX cycle_process ON cycle (process_id);
CREATE INDEX cycle_host ON cycle (host_id, end_time);
CREATE INDEX cycle_from_image ON cycle (from_image_id);
CREATE INDEX cycle_open_upgrade ON cycle (open_upgrade_id);
CREATE INDEX event_cycle ON event (cycle_id);
