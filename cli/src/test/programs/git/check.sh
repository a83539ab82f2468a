# What others find in the repositories afterwards.
set -eu
cd output
for repository in clone linked repo tree; do
    git -C "$repository" fsck --full --strict --no-progress
    git -C "$repository" status --porcelain
    git -C "$repository" log --all --format='%H %s'
    git -C "$repository" ls-files -s
done
