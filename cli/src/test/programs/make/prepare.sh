# A build that was half done, and a header that changed since.
set -eu
make -s output/main.o output/sum.o
touch -d '1 hour ago' src/* output/*
touch -d '30 minutes ago' output/main.o output/sum.o
touch -d '10 minutes ago' src/product.h
