CREATE OR REPLACE TABLE measured AS
SELECT
    i AS id,
    i % 1000 AS owner,
    'entry number ' || i AS title,
    (i * 37 % 10007) / 100.0::DOUBLE AS amount,
    TIMESTAMP '2026-01-01 00:00:00' + INTERVAL (i) MINUTE AS made
FROM range(100000) AS numbers (i);
