-- What an upgrade was asked to be, and how far it is. A rollout is holdfast.admin.v1.Rollout as JSON.
ALTER TABLE upgrade
    ADD COLUMN rollout jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN pause_time timestamptz,
    ADD COLUMN stop_time timestamptz,
    ADD COLUMN stop_undoes boolean NOT NULL DEFAULT false,
    ADD COLUMN stop_back boolean NOT NULL DEFAULT false,
    ADD COLUMN waits_for text NOT NULL DEFAULT '',
    -- When it is to be looked at again, by whichever manager.
    ADD COLUMN wake_time timestamptz NOT NULL DEFAULT now();
ALTER TABLE upgrade RENAME COLUMN abort_reason TO stop_reason;
UPDATE upgrade SET stop_time = abort_time, stop_undoes = abort_time IS NOT NULL;
ALTER TABLE upgrade
    DROP CONSTRAINT abort_has_reason,
    ADD CONSTRAINT stop_has_reason CHECK ((stop_time IS NULL) = (stop_reason IS NULL)),
    ADD CONSTRAINT abort_is_a_stop CHECK (abort_time IS NULL OR stop_time IS NOT NULL),
    ADD CONSTRAINT stop_does_something CHECK (stop_time IS NOT NULL OR NOT (stop_undoes OR stop_back));
CREATE INDEX upgrade_due ON upgrade (wake_time) WHERE state = 'running';

CREATE TABLE wave (
    upgrade_id uuid NOT NULL REFERENCES upgrade,
    number integer NOT NULL CHECK (number > 0),
    begin_time timestamptz,
    end_time timestamptz,
    -- When its approval was asked for, and given.
    ask_time timestamptz,
    approve_time timestamptz,
    -- When its queries were asked last, since when they hold, and what does not.
    gate_time timestamptz,
    holds_since timestamptz,
    gate_detail text NOT NULL DEFAULT '',
    PRIMARY KEY (upgrade_id, number),
    CONSTRAINT ended_has_begun CHECK (end_time IS NULL OR begin_time IS NOT NULL)
);

CREATE TABLE upgrade_host (
    upgrade_id uuid NOT NULL,
    host_id uuid NOT NULL REFERENCES host,
    wave integer NOT NULL,
    position integer NOT NULL CHECK (position >= 0),
    state text NOT NULL CHECK (state IN ('waiting', 'upgrading', 'checking', 'upgraded', 'skipped', 'failed',
        'returning', 'returned')),
    state_time timestamptz NOT NULL DEFAULT now(),
    begin_time timestamptz,
    return_time timestamptz,
    undo_reason text,
    ending text CHECK (ending IN ('done', 'aborted', 'reverted', 'failed')),
    reason text NOT NULL DEFAULT '',
    gate_time timestamptz,
    holds_since timestamptz,
    gate_detail text NOT NULL DEFAULT '',
    PRIMARY KEY (upgrade_id, host_id),
    UNIQUE (upgrade_id, position),
    FOREIGN KEY (upgrade_id, wave) REFERENCES wave,
    CONSTRAINT begun_has_begin_time
        CHECK (state NOT IN ('upgrading', 'checking', 'upgraded', 'returning', 'returned') OR begin_time IS NOT NULL),
    CONSTRAINT returning_has_return_time
        CHECK (state NOT IN ('returning', 'returned') OR return_time IS NOT NULL),
    CONSTRAINT at_rest_has_ending
        CHECK ((state IN ('upgraded', 'skipped', 'failed', 'returned')) = (ending IS NOT NULL))
);
CREATE INDEX upgrade_host_host ON upgrade_host (host_id);
CREATE INDEX upgrade_host_wave ON upgrade_host (upgrade_id, wave);

-- A process may go forth and back in one upgrade. Back it goes to what it ran before.
ALTER TABLE cycle
    ADD COLUMN back boolean NOT NULL DEFAULT false,
    -- Why it is to be undone; told to its agent until its report has come.
    ADD COLUMN undo_reason text,
    DROP CONSTRAINT cycle_upgrade_id_process_id_key,
    ADD UNIQUE (upgrade_id, process_id, back),
    DROP CONSTRAINT cycle_upgrade_id_tenant_id_image_name_to_image_id_fkey;
ALTER TABLE cycle
    -- Forth it goes to the upgrade's image, which is not said of the way back: then this is null and nothing is referred to.
    ADD COLUMN forth_image_id bigint GENERATED ALWAYS AS (CASE WHEN NOT back THEN to_image_id END) STORED,
    ADD CONSTRAINT goes_to_the_upgrades_image FOREIGN KEY (upgrade_id, tenant_id, image_name, forth_image_id)
        REFERENCES upgrade (id, tenant_id, image_name, image_id),
    ADD FOREIGN KEY (to_image_id, tenant_id, image_name) REFERENCES image (id, tenant_id, name),
    ADD FOREIGN KEY (upgrade_id) REFERENCES upgrade;
CREATE INDEX cycle_to_image ON cycle (to_image_id);
CREATE INDEX cycle_upgrade_host ON cycle (upgrade_id, host_id);
UPDATE cycle SET undo_reason = stop_reason FROM upgrade WHERE upgrade.id = upgrade_id AND cycle.end_time IS NULL;

-- Events of a host that are of none of its cycles.
ALTER TABLE event ADD COLUMN host_id uuid REFERENCES host;
CREATE INDEX event_host ON event (host_id);

-- An upgrade that runs now has all its hosts in one wave, which has begun.
INSERT INTO wave (upgrade_id, number, begin_time) SELECT id, 1, create_time FROM upgrade WHERE state = 'running';
INSERT INTO upgrade_host (upgrade_id, host_id, wave, position, state, state_time, begin_time)
SELECT upgrade_id, host_id, 1, row_number() OVER (PARTITION BY upgrade_id ORDER BY min(cycle.id::text)) - 1, 'upgrading', now(), now()
FROM cycle JOIN upgrade ON upgrade.id = upgrade_id WHERE upgrade.state = 'running' GROUP BY upgrade_id, host_id;
