SELECT id, owner, title, amount, made FROM orders WHERE owner = $owner LIMIT 20
