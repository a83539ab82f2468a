# Every row of every database.
set -eu
for database in output/*.db; do
    sqlite3 -readonly "$database" 'PRAGMA integrity_check' 'SELECT * FROM entry ORDER BY writer, number'
done
