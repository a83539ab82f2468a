# The reports, without their times.
set -eu
grep -h -o '<testcase name="[^"]*"' output/surefire-reports/*.xml
