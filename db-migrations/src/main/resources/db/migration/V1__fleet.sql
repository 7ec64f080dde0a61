-- The hierarchy tenant, image, host, server process, client process, port, and the relations between them.

CREATE TABLE tenant (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
    create_time timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE image (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id bigint NOT NULL REFERENCES tenant,
    name text NOT NULL CHECK (name ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
    version text NOT NULL CHECK (version ~ '^[A-Za-z0-9._-]{1,64}$'),
    manifest text NOT NULL CHECK (manifest <> ''),
    bundle_digest text CHECK (bundle_digest ~ '^sha256:[0-9a-f]{64}$'),
    bundle_size_bytes bigint NOT NULL CHECK (bundle_size_bytes >= 0),
    create_time timestamptz NOT NULL DEFAULT now(),
    UNIQUE (tenant_id, name, version),
    -- What server_process, upgrade and cycle refer to, so that none of them can mix tenants or names.
    UNIQUE (id, tenant_id, name),
    CHECK ((bundle_digest IS NULL) = (bundle_size_bytes = 0))
);

CREATE INDEX image_bundle ON image (bundle_digest) WHERE bundle_digest IS NOT NULL;

-- The id is the one that the agent made for itself.
CREATE TABLE host (
    id uuid PRIMARY KEY,
    name text NOT NULL UNIQUE CHECK (name <> ''),
    addresses text[] NOT NULL,
    kernel text NOT NULL,
    cores integer NOT NULL CHECK (cores >= 0),
    memory_bytes bigint NOT NULL CHECK (memory_bytes >= 0),
    agent_version text NOT NULL,
    last_seen_time timestamptz NOT NULL
);

CREATE INDEX host_addresses ON host USING gin (addresses);

CREATE TABLE host_label (
    host_id uuid NOT NULL REFERENCES host,
    name text NOT NULL CHECK (name <> ''),
    value text NOT NULL,
    PRIMARY KEY (host_id, name)
);

CREATE TABLE host_tenant (
    host_id uuid NOT NULL REFERENCES host,
    tenant_id bigint NOT NULL REFERENCES tenant,
    PRIMARY KEY (host_id, tenant_id)
);

CREATE INDEX host_tenant_tenant ON host_tenant (tenant_id);

-- The image-to-host list: the hosts that an image has been sent to.
CREATE TABLE image_host (
    image_id bigint NOT NULL,
    tenant_id bigint NOT NULL,
    image_name text NOT NULL,
    host_id uuid NOT NULL,
    PRIMARY KEY (image_id, host_id),
    FOREIGN KEY (image_id, tenant_id, image_name) REFERENCES image (id, tenant_id, name),
    FOREIGN KEY (host_id, tenant_id) REFERENCES host_tenant
);

CREATE INDEX image_host_name ON image_host (tenant_id, image_name);

CREATE TABLE server_process (
    id uuid PRIMARY KEY,
    request_id uuid UNIQUE,
    tenant_id bigint NOT NULL,
    image_name text NOT NULL,
    image_id bigint NOT NULL,
    host_id uuid NOT NULL,
    state text NOT NULL
        CHECK (state IN ('requested', 'starting', 'running', 'stopping', 'stopped', 'exited', 'failed')),
    pid integer CHECK (pid > 0),
    create_time timestamptz NOT NULL DEFAULT now(),
    start_time timestamptz,
    end_time timestamptz,
    detail text NOT NULL DEFAULT '',
    UNIQUE (id, tenant_id, image_name, host_id),
    FOREIGN KEY (image_id, tenant_id, image_name) REFERENCES image (id, tenant_id, name),
    FOREIGN KEY (host_id, tenant_id) REFERENCES host_tenant,
    FOREIGN KEY (image_id, host_id) REFERENCES image_host,
    CONSTRAINT final_has_end_time
        CHECK ((state IN ('stopped', 'exited', 'failed')) = (end_time IS NOT NULL)),
    CONSTRAINT running_has_pid CHECK (state <> 'running' OR pid IS NOT NULL),
    CONSTRAINT requested_has_no_pid CHECK (state <> 'requested' OR pid IS NULL)
);

CREATE INDEX server_process_host ON server_process (host_id) WHERE end_time IS NULL;
CREATE INDEX server_process_image ON server_process (tenant_id, image_name) WHERE end_time IS NULL;

CREATE TABLE child_process (
    process_id uuid NOT NULL REFERENCES server_process,
    pid integer NOT NULL CHECK (pid > 0),
    command text NOT NULL,
    PRIMARY KEY (process_id, pid)
);

-- The process-to-port list. Several sockets may listen on one address (SO_REUSEPORT): the inode tells them apart.
CREATE TABLE process_port (
    process_id uuid NOT NULL REFERENCES server_process,
    address text NOT NULL,
    port integer NOT NULL CHECK (port BETWEEN 1 AND 65535),
    inode bigint NOT NULL CHECK (inode >= 0),
    connections integer NOT NULL CHECK (connections >= 0),
    PRIMARY KEY (process_id, address, port, inode)
);

-- pid 0: a client on another host, known by its address only.
CREATE TABLE client_process (
    process_id uuid NOT NULL REFERENCES server_process,
    address text NOT NULL,
    pid integer NOT NULL CHECK (pid >= 0),
    server_port integer NOT NULL CHECK (server_port BETWEEN 1 AND 65535),
    command text NOT NULL,
    ports integer[] NOT NULL,
    host_id uuid REFERENCES host,
    PRIMARY KEY (process_id, address, pid, server_port)
);
