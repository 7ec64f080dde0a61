-- The managers that share this database. One whose heartbeat is old counts as dead, and its hosts as not connected, without anybody
-- writing that.
CREATE TABLE manager (
    id uuid PRIMARY KEY,
    admin text NOT NULL CHECK (admin <> ''),
    agents text NOT NULL CHECK (agents <> ''),
    heartbeat_time timestamptz NOT NULL
);

-- Which manager has the stream of a host's agent, null for none, and which of all its streams that is. The manager is not a foreign key:
-- that its row was cleared away means no other than an old heartbeat. Neither has an index: who registers again rewrites none.
ALTER TABLE host
    ADD COLUMN manager_id uuid,
    ADD COLUMN session bigint NOT NULL DEFAULT 0 CHECK (session >= 0),
    ADD CONSTRAINT connected_in_a_session CHECK (manager_id IS NULL OR session > 0);

-- Asked by one manager, answered by the one that has the agent's stream, and deleted by the first.
CREATE TABLE question (
    id uuid PRIMARY KEY,
    host_id uuid NOT NULL,
    process_id uuid NOT NULL,
    image_id bigint NOT NULL,
    -- The agent's CheckReport; null until it has come.
    answer bytea,
    create_time timestamptz NOT NULL DEFAULT now()
);

-- What agents are to be told, or have not reported yet, is found without a look at every host.
CREATE INDEX server_process_pending ON server_process (host_id) WHERE state IN ('requested', 'stopping');
CREATE INDEX cycle_open ON cycle (host_id) WHERE end_time IS NULL;
