SELECT name, light, height_cm, sow_from
FROM plants
WHERE ($light = 'any' OR light = $light)
  AND height_cm <= $at_most_cm
ORDER BY name
