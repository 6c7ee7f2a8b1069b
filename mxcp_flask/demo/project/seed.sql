-- A small observatory: its telescopes, what they look at, who observed what, and who has booked which night.
-- Running it again puts everything back as it was.

CREATE OR REPLACE TABLE telescopes (id INTEGER PRIMARY KEY, name VARCHAR NOT NULL, aperture_mm INTEGER NOT NULL);

INSERT INTO telescopes VALUES
    (1, 'North Dome', 600),
    (2, 'South Dome', 400),
    (3, 'Garden Refractor', 120);

CREATE OR REPLACE TABLE targets (
    id INTEGER PRIMARY KEY, name VARCHAR NOT NULL, kind VARCHAR NOT NULL, constellation VARCHAR, magnitude DOUBLE NOT NULL
);

INSERT INTO targets VALUES
    (1, 'Andromeda Galaxy', 'galaxy', 'Andromeda', 3.4),
    (2, 'Whirlpool Galaxy', 'galaxy', 'Canes Venatici', 8.4),
    (3, 'Sombrero Galaxy', 'galaxy', 'Virgo', 8.0),
    (4, 'Orion Nebula', 'nebula', 'Orion', 4.0),
    (5, 'Ring Nebula', 'nebula', 'Lyra', 8.8),
    (6, 'Dumbbell Nebula', 'nebula', 'Vulpecula', 7.5),
    (7, 'Pleiades', 'cluster', 'Taurus', 1.6),
    (8, 'Great Cluster in Hercules', 'cluster', 'Hercules', 5.8),
    (9, 'Double Cluster', 'cluster', 'Perseus', 3.7),
    (10, 'Albireo', 'double star', 'Cygnus', 3.1),
    (11, 'Jupiter', 'planet', NULL, -2.2),
    (12, 'Neptune', 'planet', NULL, 7.8);

CREATE OR REPLACE TABLE observations (
    id INTEGER PRIMARY KEY,
    observer VARCHAR NOT NULL,
    telescope_id INTEGER NOT NULL,
    target_id INTEGER NOT NULL,
    night DATE NOT NULL,
    exposure_minutes INTEGER NOT NULL,
    note VARCHAR
);

INSERT INTO observations VALUES
    (1, 'ada-fixture', 1, 2, '2026-01-14', 90, 'Both spiral arms and the companion are visible.'),
    (2, 'ada-fixture', 1, 1, '2026-01-14', 45, NULL),
    (3, 'ada-fixture', 2, 11, '2026-02-03', 20, 'Three moons on one side.'),
    (4, 'ada-fixture', 1, 3, '2026-04-11', 120, 'Dust lane clear after midnight.'),
    (5, 'ada-fixture', 3, 10, '2026-06-20', 15, 'Gold and blue.'),
    (6, 'bo-fixture', 2, 4, '2026-01-22', 60, 'The four stars of the centre are separated.'),
    (7, 'bo-fixture', 3, 7, '2026-02-03', 30, NULL),
    (8, 'bo-fixture', 2, 5, '2026-05-16', 75, 'The central star is not visible.'),
    (9, 'bo-fixture', 2, 6, '2026-06-20', 50, 'Clouds from one o''clock on.'),
    (10, 'cy-fixture', 3, 9, '2026-03-07', 25, 'First night at the telescope.'),
    (11, 'cy-fixture', 3, 8, '2026-05-16', 40, NULL);

CREATE OR REPLACE TABLE bookings (observer VARCHAR NOT NULL, telescope_id INTEGER NOT NULL, night DATE NOT NULL);

INSERT INTO bookings VALUES
    ('ada-fixture', 1, '2026-09-12'),
    ('bo-fixture', 2, '2026-09-12'),
    ('cy-fixture', 3, '2026-09-13');

-- What the caller of a tool has observed: get_username() is somebody else in every request, and '' for nobody.
CREATE OR REPLACE VIEW my_observations AS
SELECT
    observations.id, night, targets.name AS target, targets.kind, telescopes.name AS telescope, exposure_minutes, note
FROM observations
JOIN targets ON targets.id = observations.target_id
JOIN telescopes ON telescopes.id = observations.telescope_id
WHERE observer = get_username();
