SELECT id, owner, title, amount FROM orders WHERE id = $id
