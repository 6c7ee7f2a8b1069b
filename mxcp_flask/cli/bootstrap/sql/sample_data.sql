-- A small garden: its plants, and what its gardeners wrote down. `mxcp init --bootstrap` ran this once;
-- `mxcp query --file sql/sample_data.sql` puts everything back as it was.

CREATE OR REPLACE TABLE plants (
    name VARCHAR PRIMARY KEY, light VARCHAR NOT NULL, height_cm INTEGER NOT NULL, sow_from DATE NOT NULL, care VARCHAR
);

INSERT INTO plants VALUES
    ('basil', 'sun', 45, '2026-05-15', 'Pinch out the tips; water in the morning.'),
    ('chervil', 'shade', 40, '2026-03-10', 'Sow anew every three weeks.'),
    ('foxglove', 'half shade', 150, '2026-06-01', 'Poisonous; wear gloves.'),
    ('lavender', 'sun', 60, '2026-04-20', NULL),
    ('sunflower', 'sun', 220, '2026-04-25', 'Tie it to a stake.'),
    ('sweet woodruff', 'shade', 25, '2026-03-01', NULL);

CREATE OR REPLACE TABLE notes (gardener VARCHAR NOT NULL, plant VARCHAR NOT NULL, day DATE NOT NULL, text VARCHAR);

INSERT INTO notes VALUES
    ('ada-fixture', 'basil', '2026-06-03', 'First leaves.'),
    ('ada-fixture', 'sunflower', '2026-07-14', 'Taller than the fence.'),
    ('bo-fixture', 'foxglove', '2026-06-20', NULL);
