# Fresh clones, and a day's work in a clone that came with the codebase.
set -eu
. ./identity

git clone -q --no-hardlinks origin output/clone
git -C output/clone status --porcelain
git -C output/clone log --format='%H %s'
git clone -q output/clone output/linked
git -C output/linked status --porcelain

cd output/repo
git status --porcelain
git stash -q
git checkout -q -b topic
# A directory that came with the codebase is not renamed in place (EXDEV), which git does not get over.
mkdir renamed
git mv part1/* renamed
git rm -q -r part2
seq 1000 >part3/new.txt
git add .
git commit -q -m 'Move things'
git checkout -q main
git stash pop -q
git commit -q -a -m 'Land the edit'
git merge -q -m 'Merge topic' topic
git checkout -q -b replayed HEAD^
seq 5 >>part4/file1.txt
git commit -q -a -m 'A line more'
git rebase -q main
git worktree add -q ../tree main
git push -q ../clone replayed
git tag -a -m 'The first' v1
git repack -q -a -d
git gc -q --prune=now
git fsck --full --strict --no-progress
git status --porcelain
git log --graph --stat --format='%H %s'
git ls-files -s
git archive HEAD | tar -t | sort
