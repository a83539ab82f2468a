# A database with rows in it, in WAL mode, as an application left it.
set -eu
sqlite3 output/entries.db "PRAGMA journal_mode = WAL; $(cat schema.sql)" >/dev/null
