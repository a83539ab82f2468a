#include <stdio.h>

#include "product.h"
#include "sum.h"

int main(void) {
    printf("%ld %ld\n", sum(1, 10), product(1, 10));
    return 0;
}
