#include "product.h"

long product(long from, long to) {
    long total = 1;
    for (long each = from; each <= to; each++) {
        total *= each;
    }
    return total;
}
