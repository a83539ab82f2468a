# make does what the times of the files ask for, and no more.
set -eu
make
output/calculator
make
make --question
touch output/sum.d output/sum.o
make
make
make clean
make -j2 >/dev/null
output/calculator
make
