-- Times are microseconds since the epoch. The other database's folder holds the same tables in its own types.

CREATE TABLE users (
    id TEXT PRIMARY KEY,
    blocked BOOLEAN NOT NULL,
    reason TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE codebases (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    owner_id TEXT NOT NULL REFERENCES users (id),
    size BIGINT NOT NULL,
    file_count BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    local_path TEXT
);
CREATE INDEX codebases_order ON codebases (created_at, id);
CREATE INDEX codebases_owner ON codebases (owner_id, created_at, id);

CREATE TABLE sandboxes (
    id TEXT PRIMARY KEY,
    codebase_id TEXT NOT NULL REFERENCES codebases (id),
    owner_id TEXT NOT NULL REFERENCES users (id),
    state TEXT NOT NULL CHECK (state IN ('PENDING', 'RUNNING', 'STOPPED', 'ERROR')),
    reason TEXT NOT NULL,
    rules TEXT NOT NULL,
    labels TEXT NOT NULL,
    runtime TEXT NOT NULL,
    image TEXT NOT NULL,
    memory_bytes BIGINT NOT NULL,
    cpu_quota BIGINT NOT NULL,
    cpu_shares BIGINT NOT NULL,
    pids_limit BIGINT NOT NULL,
    disk_bytes BIGINT NOT NULL,
    commit_mode TEXT NOT NULL,
    conflict_mode TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    started_at BIGINT,
    stopped_at BIGINT,
    expires_at BIGINT,
    delta_id TEXT,
    start_phases TEXT NOT NULL
);
CREATE INDEX sandboxes_order ON sandboxes (created_at, id);
CREATE INDEX sandboxes_owner ON sandboxes (owner_id, created_at, id);
CREATE INDEX sandboxes_codebase ON sandboxes (codebase_id, created_at, id);
CREATE INDEX sandboxes_expiry ON sandboxes (expires_at) WHERE expires_at IS NOT NULL;

-- The labels once more, to look sandboxes up by them; they never change.
CREATE TABLE sandbox_labels (
    sandbox_id TEXT NOT NULL REFERENCES sandboxes (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (sandbox_id, name)
);
CREATE INDEX sandbox_labels_value ON sandbox_labels (name, value);

CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    sandbox_id TEXT NOT NULL REFERENCES sandboxes (id) ON DELETE CASCADE,
    state TEXT NOT NULL CHECK (state IN ('ACTIVE', 'CLOSED')),
    shell TEXT NOT NULL,
    reason TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    closed_at BIGINT
);
CREATE INDEX sessions_sandbox ON sessions (sandbox_id, created_at, id);

CREATE TABLE snapshots (
    id TEXT PRIMARY KEY,
    sandbox_id TEXT NOT NULL REFERENCES sandboxes (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    delta_id TEXT NOT NULL,
    layer TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX snapshots_sandbox ON snapshots (sandbox_id, created_at, id);

CREATE TABLE api_keys (
    id TEXT PRIMARY KEY,
    hash BYTEA NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id),
    role TEXT NOT NULL CHECK (role IN ('USER', 'AUDITOR', 'ADMIN')),
    description TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    last_used_at BIGINT,
    revoked_at BIGINT
);
CREATE INDEX api_keys_user ON api_keys (user_id);

CREATE TABLE idempotency_keys (
    user_id TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    request BYTEA NOT NULL,
    response BYTEA,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, idempotency_key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);

CREATE TABLE creations (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    owner_id TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX creations_owner ON creations (owner_id, created_at);
