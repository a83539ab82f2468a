long product(long from, long to);
