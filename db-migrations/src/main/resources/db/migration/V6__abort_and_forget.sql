-- An abort is decided before it is told to anybody.
ALTER TABLE upgrade
    ADD COLUMN abort_time timestamptz,
    ADD COLUMN abort_reason text,
    ADD CONSTRAINT abort_has_reason CHECK ((abort_time IS NULL) = (abort_reason IS NULL));

-- A host that was given up: not shown, and its name may be had by another.
ALTER TABLE host ADD COLUMN forgotten boolean NOT NULL DEFAULT false;

-- A cycle that had begun and was given up with its host: the agent may still come back and report it, once.
ALTER TABLE cycle
    ADD COLUMN unreported boolean NOT NULL DEFAULT false,
    ADD CONSTRAINT unreported_is_failed CHECK (NOT unreported OR state = 'failed');

-- What the request asked for: what a process runs changes with its upgrades.
ALTER TABLE server_process ADD COLUMN requested_image_id bigint;
UPDATE server_process p SET requested_image_id = coalesce(
        (SELECT from_image_id FROM cycle WHERE process_id = p.id ORDER BY cycle.id LIMIT 1), p.image_id)
    WHERE request_id IS NOT NULL;
ALTER TABLE server_process
    ADD CONSTRAINT requested_image FOREIGN KEY (requested_image_id, tenant_id, image_name)
        REFERENCES image (id, tenant_id, name),
    ADD CONSTRAINT request_has_image CHECK ((request_id IS NULL) = (requested_image_id IS NULL));
CREATE INDEX server_process_requested_image ON server_process (requested_image_id);
