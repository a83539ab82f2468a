-- Whether processes of a container are root of its user namespace.
ALTER TABLE sandboxes ADD COLUMN root BOOLEAN NOT NULL DEFAULT FALSE;
