SELECT id, number, price, ratio, title, open, day, made, code, tags FROM mixed WHERE id < $top
