ALTER TABLE sandboxes ADD COLUMN nofile BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sandboxes ADD COLUMN output_bytes BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sandboxes ADD COLUMN max_runtime BIGINT NOT NULL DEFAULT 0;

-- Which limits did not hold after the last start, as a list in JSON.
ALTER TABLE sandboxes ADD COLUMN degraded TEXT NOT NULL DEFAULT '[]';
