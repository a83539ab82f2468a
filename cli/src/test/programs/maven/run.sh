# Compiles and tests without any network, from a repository in the codebase.
set -eu
. ./options
mvn -q -B -o -gs settings.xml -Dmaven.repo.local="$PWD/repository" test
