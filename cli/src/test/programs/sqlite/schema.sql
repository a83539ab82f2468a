CREATE TABLE entry (writer INTEGER, number INTEGER, note TEXT, PRIMARY KEY (writer, number));
CREATE INDEX entry_note ON entry (note);
WITH RECURSIVE counter (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counter WHERE n < 2000)
    INSERT INTO entry SELECT 0, n, printf('prepared %06d %s', n, hex(zeroblob(100))) FROM counter;
