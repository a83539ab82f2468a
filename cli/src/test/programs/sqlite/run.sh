# Writers and readers at one time, on a database of the codebase's and on a new one.
set -eu

# Each transaction adds two rows, so that who sees an odd number of them has seen half a transaction.
writes() { # WRITER COUNT
    echo '.timeout 60000'
    for number in $(seq "$2"); do
        echo "BEGIN IMMEDIATE; INSERT INTO entry VALUES ($1, $number, 'note $1 $number');"
        echo "INSERT INTO entry VALUES ($1, -$number, 'note $1 -$number'); COMMIT;"
    done
}
reads() { # COUNT
    echo '.timeout 60000'
    for round in $(seq "$1"); do
        echo "SELECT CASE count(*) % 2 WHEN 0 THEN 'whole' ELSE 'half a transaction' END FROM entry;"
    done
}

sqlite3 output/new.db 'PRAGMA journal_mode = WAL'
sqlite3 output/new.db <schema.sql

for database in output/entries.db output/new.db; do
    jobs=
    for reader in 1 2; do
        reads 60 | sqlite3 -bail "$database" | sort -u &
        jobs="$jobs $!"
    done
    for writer in 1 2 3; do
        writes "$writer" 60 | sqlite3 -bail "$database" &
        jobs="$jobs $!"
    done
    for job in $jobs; do
        wait "$job"
    done
    sqlite3 "$database" 'PRAGMA journal_mode' 'PRAGMA integrity_check' \
        'SELECT writer, count(*), sum(number), min(note), max(note) FROM entry GROUP BY writer'
    sqlite3 "$database" 'DELETE FROM entry WHERE writer = 0 AND number % 3 = 0' 'VACUUM' 'PRAGMA wal_checkpoint(TRUNCATE)'
done

# A rollback journal too: it is made and removed for each transaction.
sqlite3 output/journal.db 'PRAGMA journal_mode = DELETE' <schema.sql
sqlite3 output/journal.db <schema.sql
for round in 1 2 3 4 5; do
    sqlite3 output/journal.db "UPDATE entry SET note = note || ' $round' WHERE number % $round = 0"
done
sqlite3 output/journal.db 'PRAGMA integrity_check'
ls output
