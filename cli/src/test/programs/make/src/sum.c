#include "sum.h"

long sum(long from, long to) {
    long total = 0;
    for (long each = from; each <= to; each++) {
        total += each;
    }
    return total;
}
