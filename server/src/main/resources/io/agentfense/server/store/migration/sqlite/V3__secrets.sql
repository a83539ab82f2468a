-- Values are sealed with a key that is not in here.
CREATE TABLE secrets (
    owner_id TEXT NOT NULL REFERENCES users (id),
    name TEXT NOT NULL,
    sealed BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (owner_id, name)
);
