package io.agentfense.server.codebase;

import io.agentfense.linux.At;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.Syscall;
import io.agentfense.server.store.CodebaseRecord;
import io.agentfense.workspace.delta.BytePath;
import io.agentfense.workspace.delta.Identity;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A tar stream on its way into a codebase. Everything is staged and checked before anything lands; its growth is one
 * decision of the quota. For one stream; closing it drops what did not land.
 */
final class ArchiveUpload implements AutoCloseable {
    private static final int MOST_ENTRIES = 200_000;
    private static final long BUDGET_STEP = 8 << 20;

    /** What an archive holds at a path; a later entry of the same path replaces an earlier one. */
    private sealed interface Item {
        /** What it counts for. */
        Counts counts();

        record File(String staged, long size) implements Item {
            @Override
            public Counts counts() {
                return new Counts(size, 1);
            }
        }

        record Directory(int mode) implements Item {
            @Override
            public Counts counts() {
                return Counts.NONE;
            }
        }

        record Link(String staged) implements Item {
            @Override
            public Counts counts() {
                return new Counts(0, 1);
            }
        }
    }

    private final Codebases codebases;
    private final CodebaseRecord codebase;
    private final BytePath base;
    private final Map<BytePath, Item> items = new LinkedHashMap<>();
    private final List<String> staged = new ArrayList<>();
    private final byte[] buffer = new byte[1 << 16];
    private final UploadScan scan;
    private long checkedAt;
    private long bytes;
    private UploadedSecrets secrets = UploadedSecrets.NONE;

    ArchiveUpload(Codebases codebases, CodebaseRecord codebase, BytePath base) {
        this.codebases = codebases;
        this.codebase = codebase;
        this.base = base;
        this.scan = new UploadScan(codebases.limits().secrets());
    }

    ArchiveResult run(InputStream stream) throws CodebaseException {
        TarReader tar = new TarReader(stream);
        try {
            for (var header = tar.next(); header.isPresent(); header = tar.next()) {
                take(tar, header.get());
            }
            checkNesting();
            secrets = scan.result();
            flush();
        } catch (IOException e) {
            throw new CodebaseException.Failed("staging an archive", e);
        }
        return codebases.change(codebase.id(), this::land);
    }

    private void take(TarReader tar, TarHeader header) throws IOException, CodebaseException {
        BytePath path = Paths.join(base, Paths.parse("a name of the archive", header.name()));
        if (items.size() >= MOST_ENTRIES) {
            throw new CodebaseException.TooLarge(
                    "the archive has more than " + MOST_ENTRIES + " entries", MOST_ENTRIES);
        }
        switch (header.kind()) {
            case FILE -> items.put(below(path), file(tar, header, path));
            case DIRECTORY -> {
                if (!path.isRoot()) {
                    scan.forget(path);
                    items.put(path, new Item.Directory(header.mode() & 0777 | 0700));
                }
            }
            case SYMLINK -> {
                items.put(below(path), link(path, header.link()));
                scan.forget(path);
            }
            case HARD_LINK ->
                throw new CodebaseException.BadArchive(
                        path + " is a hard link, which no codebase holds; write the archive with --hard-dereference");
            case SPECIAL ->
                throw new CodebaseException.BadArchive(path + " is a device or FIFO, which no codebase holds");
        }
    }

    private static BytePath below(BytePath path) throws CodebaseException {
        if (path.isRoot()) {
            throw new CodebaseException.BadArchive("the archive has a file without a name");
        }
        return path;
    }

    private Item file(TarReader tar, TarHeader header, BytePath path) throws IOException, CodebaseException {
        long limit = codebases.limits().fileBytes();
        if (header.size() > limit) {
            throw new CodebaseException.TooLarge(
                    "a file of the archive is larger than the " + limit + " bytes allowed", limit);
        }
        String name = stage();
        scan.begin(path);
        try (FileChannel file = codebases.staging().write(name)) {
            for (int got = tar.read(buffer); got >= 0; got = tar.read(buffer)) {
                ByteBuffer content = ByteBuffer.wrap(buffer, 0, got);
                while (content.hasRemaining()) {
                    file.write(content);
                }
                scan.feed(buffer, 0, got);
                count(got);
            }
        }
        scan.end();
        codebases.staging().permit(name, header.mode() & 0777);
        date(name, header.modifiedSeconds());
        return new Item.File(name, header.size());
    }

    private void count(int got) throws CodebaseException {
        bytes += got;
        if (bytes - checkedAt >= BUDGET_STEP) {
            checkedAt = bytes;
            // What the archive replaces is counted when all of it is known; an archive may hold its codebase once more.
            codebases.checkBudget(codebase, codebase.size());
        }
    }

    private Item link(BytePath path, byte[] target) throws LinuxException, CodebaseException {
        LinkTarget.check(path, target);
        String name = stage();
        byte[] bytes = ascii(name);
        int stage = codebases.staging().directory().fd();
        LinuxException.check("symlink", At.symlink(target, target.length, stage, bytes, bytes.length));
        return new Item.Link(name);
    }

    private void date(String name, long seconds) throws LinuxException {
        byte[] bytes = ascii(name);
        int stage = codebases.staging().directory().fd();
        LinuxException.check("utimens", At.utimens(stage, bytes, bytes.length, 0, At.UTIME_OMIT, seconds, 0));
    }

    private String stage() {
        String name = codebases.staging().newName(codebase.ownerId());
        staged.add(name);
        return name;
    }

    private static byte[] ascii(String name) {
        return name.getBytes(StandardCharsets.US_ASCII);
    }

    /** Nothing of the archive may lie below what it says is a file or link. */
    private void checkNesting() throws CodebaseException {
        for (BytePath path : items.keySet()) {
            for (BytePath at = path.parent(); !at.isRoot(); at = at.parent()) {
                Item item = items.get(at);
                if (item != null && !(item instanceof Item.Directory)) {
                    throw new CodebaseException.BadArchive("the archive has " + at + " as a file and as a directory");
                }
            }
        }
    }

    /** Everything staged is on the disk before the first name shows it. */
    private void flush() throws LinuxException {
        // SAFETY: no memory is passed; the descriptor is the staging directory's, open until the server ends.
        LinuxException.check(
                "syncfs",
                Syscall.call(Syscall.SYNCFS, codebases.staging().directory().fd()));
    }

    private ArchiveResult land(Tree tree) throws CodebaseException {
        Landing landing = new Landing(codebases, codebase, tree);
        Counts change = check(tree);
        long[] kinds = new long[3];
        landing.counted(change, () -> {
            for (Map.Entry<BytePath, Item> entry : items.entrySet()) {
                put(tree, entry.getKey(), entry.getValue());
                kinds[kind(entry.getValue())]++;
            }
            // SAFETY: no memory is passed; the descriptor is the codebase's root, open while its tree is.
            LinuxException.check("syncfs", Syscall.call(Syscall.SYNCFS, tree.root()));
        });
        long size =
                items.values().stream().mapToLong(item -> item.counts().bytes()).sum();
        return new ArchiveResult(codebase.id(), kinds[0], kinds[1], kinds[2], size, secrets);
    }

    private static int kind(Item item) {
        return switch (item) {
            case Item.File _ -> 0;
            case Item.Directory _ -> 1;
            case Item.Link _ -> 2;
        };
    }

    /** Whether everything can land, and what it changes. */
    private Counts check(Tree tree) throws CodebaseException {
        Counts change = Counts.NONE;
        for (Map.Entry<BytePath, Item> entry : items.entrySet()) {
            BytePath path = entry.getKey();
            tree.checkWay(path);
            Identity old = tree.look(path).identity();
            boolean directory = entry.getValue() instanceof Item.Directory;
            if (old.exists() && old.isDirectory() != directory) {
                throw directory
                        ? new CodebaseException.NotADirectory(path + " is no directory in the codebase")
                        : new CodebaseException.NotAFile(path + " is a directory in the codebase");
            }
            change = change.plus(entry.getValue().counts()).minus(Counts.of(old));
        }
        return change;
    }

    private void put(Tree tree, BytePath path, Item item) throws LinuxException, CodebaseException {
        switch (item) {
            case Item.Directory(int mode) -> {
                int fd = tree.makeDirectory(path);
                int result = Descriptor.chmod(fd, mode);
                Descriptor.close(fd);
                LinuxException.check("chmod", result);
            }
            case Item.File file -> place(tree, path, file.staged());
            case Item.Link link -> place(tree, path, link.staged());
        }
    }

    private void place(Tree tree, BytePath path, String name) throws LinuxException, CodebaseException {
        int directory = tree.makeDirectory(path.parent());
        try {
            Placement.place(codebases.staging(), name, directory, path.name());
        } finally {
            Descriptor.close(directory);
        }
    }

    @Override
    public void close() {
        staged.forEach(codebases.staging()::drop);
    }
}
