long sum(long from, long to);
