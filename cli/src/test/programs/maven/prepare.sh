# A first build fills a repository in the codebase with all that the build needs.
set -eu
. ./options
mvn -q -B -gs settings.xml -Dmaven.repo.local="$PWD/repository" test
rm -rf output
# Maven copies resources with their modes, and a sandbox shows no write permission where it only reads.
chmod a-w src/main/resources/greeting.txt
