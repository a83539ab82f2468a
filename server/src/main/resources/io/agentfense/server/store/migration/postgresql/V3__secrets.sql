-- Values are sealed with a key that is not in here.
CREATE TABLE secrets (
    owner_id TEXT NOT NULL REFERENCES users (id),
    name TEXT NOT NULL,
    sealed BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (owner_id, name)
);
