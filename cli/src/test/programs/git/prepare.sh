# A repository with a history, and a clone of it that was being worked in.
set -eu
. ./identity
git init -q -b main origin
for number in $(seq 12); do
    mkdir -p "origin/part$number"
    for file in $(seq 20); do
        seq "$number" "$((number * file))" >"origin/part$number/file$file.txt"
    done
    git -C origin add .
    git -C origin commit -q -m "Part $number"
done
git -C origin gc -q
git clone -q --no-hardlinks origin output/repo
echo 'an edit that was never committed' >>output/repo/part3/file5.txt
echo 'a file that git never saw' >output/repo/notes.txt
