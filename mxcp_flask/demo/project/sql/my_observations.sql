SELECT night, target, telescope, exposure_minutes, note
FROM my_observations
WHERE night >= $since
ORDER BY night DESC, id DESC
LIMIT $limit
