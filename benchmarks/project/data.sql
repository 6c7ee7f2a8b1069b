CREATE TABLE orders AS
SELECT
    i AS id,
    i % 1000 AS owner,
    'order number ' || i AS title,
    (i * 37 % 10007) / 100.0::DOUBLE AS amount,
    TIMESTAMP '2026-01-01 00:00:00' + INTERVAL (i) MINUTE AS made
FROM range(100000) AS numbers (i);

CREATE TABLE mixed AS
SELECT
    i::INTEGER AS id,
    i * 1000003::BIGINT AS number,
    ((i * 37 % 10007) / 100)::DECIMAL(9, 2) AS price,
    sqrt(i) AS ratio,
    'entry number ' || i AS title,
    i % 3 = 0 AS open,
    DATE '2026-01-01' + (i % 365)::INTEGER AS day,
    TIMESTAMP '2026-01-01 00:00:00' + INTERVAL (i) MINUTE AS made,
    md5(i::VARCHAR) AS code,
    ['red', 'green', 'blue'][1:1 + i % 3] AS tags
FROM range(1000000) AS numbers (i);
