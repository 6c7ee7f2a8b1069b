SELECT id, owner, title, amount, made FROM orders WHERE owner = $owner ORDER BY id LIMIT 20
