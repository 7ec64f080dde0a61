-- Upgrades, their cycles, and what became of every connection.

CREATE TABLE upgrade (
    id uuid PRIMARY KEY,
    request_id uuid UNIQUE,
    tenant_id bigint NOT NULL,
    image_name text NOT NULL,
    image_id bigint NOT NULL,
    state text NOT NULL CHECK (state IN ('running', 'done', 'aborted', 'reverted', 'failed')),
    create_time timestamptz NOT NULL DEFAULT now(),
    end_time timestamptz,
    UNIQUE (id, tenant_id, image_name, image_id),
    FOREIGN KEY (image_id, tenant_id, image_name) REFERENCES image (id, tenant_id, name),
    CONSTRAINT final_has_end_time CHECK ((state <> 'running') = (end_time IS NOT NULL))
);

CREATE UNIQUE INDEX one_running_upgrade ON upgrade (tenant_id, image_name) WHERE state = 'running';
CREATE INDEX upgrade_tenant ON upgrade (tenant_id, id);

CREATE TABLE cycle (
    id uuid PRIMARY KEY,
    upgrade_id uuid NOT NULL,
    tenant_id bigint NOT NULL,
    image_name text NOT NULL,
    process_id uuid NOT NULL,
    host_id uuid NOT NULL,
    from_image_id bigint NOT NULL,
    to_image_id bigint NOT NULL,
    state text NOT NULL
        CHECK (state IN ('queued', 'preparing', 'holding', 'pausing', 'quiescing', 'stopping', 'starting',
            'delivering', 'resuming', 'reverting', 'done', 'aborted', 'reverted', 'failed')),
    reason text NOT NULL DEFAULT '',
    -- When it was its turn and the agent could be told.
    start_time timestamptz,
    end_time timestamptz,
    UNIQUE (upgrade_id, process_id),
    UNIQUE (id, upgrade_id),
    UNIQUE (id, process_id),
    FOREIGN KEY (upgrade_id, tenant_id, image_name, to_image_id)
        REFERENCES upgrade (id, tenant_id, image_name, image_id),
    FOREIGN KEY (process_id, tenant_id, image_name, host_id)
        REFERENCES server_process (id, tenant_id, image_name, host_id),
    FOREIGN KEY (from_image_id, tenant_id, image_name) REFERENCES image (id, tenant_id, name),
    CONSTRAINT changes_the_image CHECK (from_image_id <> to_image_id),
    CONSTRAINT final_has_end_time
        CHECK ((state IN ('done', 'aborted', 'reverted', 'failed')) = (end_time IS NOT NULL)),
    CONSTRAINT begun_has_start_time
        CHECK (state IN ('queued', 'aborted') OR start_time IS NOT NULL),
    CONSTRAINT undone_has_reason CHECK (state NOT IN ('aborted', 'reverted', 'failed') OR reason <> '')
);

-- Cycles of one host run one after the other; a process is in one at the most.
CREATE UNIQUE INDEX one_open_cycle_per_host ON cycle (host_id) WHERE start_time IS NOT NULL AND end_time IS NULL;
CREATE UNIQUE INDEX one_open_cycle_per_process ON cycle (process_id) WHERE end_time IS NULL;

CREATE TABLE cycle_step (
    cycle_id uuid NOT NULL REFERENCES cycle,
    position integer NOT NULL CHECK (position >= 0),
    step text NOT NULL CHECK (step <> ''),
    duration_ns bigint NOT NULL CHECK (duration_ns >= 0),
    PRIMARY KEY (cycle_id, position)
);

-- The paused process list: server processes whose clients wait.
CREATE TABLE paused_process (
    process_id uuid PRIMARY KEY,
    cycle_id uuid NOT NULL UNIQUE,
    pause_time timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (cycle_id, process_id) REFERENCES cycle (id, process_id)
);

CREATE TABLE connection_outcome (
    cycle_id uuid NOT NULL REFERENCES cycle,
    position integer NOT NULL CHECK (position >= 0),
    local text NOT NULL,
    peer text NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('kept', 'released', 'closed by client', 'reset')),
    reason text NOT NULL DEFAULT '',
    bytes_waiting bigint NOT NULL CHECK (bytes_waiting >= 0),
    paused_ns bigint NOT NULL CHECK (paused_ns >= 0),
    PRIMARY KEY (cycle_id, position),
    CONSTRAINT reset_has_reason CHECK (outcome <> 'reset' OR reason <> '')
);

-- Written with the upgrade's row locked, so that ids of one upgrade are committed in order and none is overtaken.
CREATE TABLE event (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    upgrade_id uuid NOT NULL REFERENCES upgrade,
    -- Null for events of the upgrade itself.
    cycle_id uuid,
    time timestamptz NOT NULL DEFAULT clock_timestamp(),
    state text NOT NULL CHECK (state <> ''),
    detail text NOT NULL DEFAULT '',
    FOREIGN KEY (cycle_id, upgrade_id) REFERENCES cycle (id, upgrade_id)
);

CREATE INDEX event_upgrade ON event (upgrade_id, id);
