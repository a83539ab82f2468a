package io.agentfense.workspace.delta.apply;

import io.agentfense.workspace.delta.BytePath;
import io.agentfense.workspace.delta.Identity;
import io.agentfense.workspace.delta.apply.Adjustment.Attributes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * {@link Journal} as bytes and back: big-endian fields in the order of the records, a step after a byte for its kind,
 * strings and paths after their length. The file appears whole or not at all, so there is no checksum. Stateless.
 */
final class JournalCodec {
    private static final int VERSION = 1;
    private static final int REMOVAL = 1;
    private static final int DIRECTORY_REMOVAL = 2;
    private static final int PLACEMENT = 3;
    private static final int REPLACEMENT = 4;
    private static final int ADJUSTMENT = 5;

    private JournalCodec() {}

    static byte[] write(Journal journal) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(VERSION);
        out.writeUTF(journal.stage());
        out.writeLong(journal.stageInode());
        out.writeBoolean(journal.complete());
        out.writeInt(journal.steps().size());
        for (Step step : journal.steps()) {
            write(out, step);
        }
        out.writeInt(journal.forget().size());
        for (BytePath path : journal.forget()) {
            write(out, path);
        }
        return bytes.toByteArray();
    }

    static Journal read(byte[] bytes) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        int version = in.readInt();
        if (version != VERSION) {
            throw new IOException("the journal is of version " + version + ", this program writes " + VERSION);
        }
        String stage = in.readUTF();
        long stageInode = in.readLong();
        boolean complete = in.readBoolean();
        List<Step> steps = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            steps.add(readStep(in));
        }
        List<BytePath> forget = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            forget.add(readPath(in));
        }
        return new Journal(stage, stageInode, complete, steps, forget);
    }

    private static void write(DataOutputStream out, Step step) throws IOException {
        switch (step) {
            case Removal(BytePath path, String staged, Identity expected) -> {
                head(out, REMOVAL, path);
                out.writeUTF(staged);
                write(out, expected);
            }
            case DirectoryRemoval(BytePath path, Identity directory, Owner owner, boolean required) -> {
                head(out, DIRECTORY_REMOVAL, path);
                write(out, directory);
                out.writeInt(owner.uid());
                out.writeInt(owner.gid());
                out.writeBoolean(required);
            }
            case Placement(BytePath path, String staged, long inode, boolean directory) -> {
                head(out, PLACEMENT, path);
                out.writeUTF(staged);
                out.writeLong(inode);
                out.writeBoolean(directory);
            }
            case Replacement(BytePath path, String staged, long inode, Identity expected) -> {
                head(out, REPLACEMENT, path);
                out.writeUTF(staged);
                out.writeLong(inode);
                write(out, expected);
            }
            case Adjustment(BytePath path, long inode, Attributes from, Attributes to) -> {
                head(out, ADJUSTMENT, path);
                out.writeLong(inode);
                write(out, from);
                write(out, to);
            }
        }
    }

    private static Step readStep(DataInputStream in) throws IOException {
        int kind = in.readUnsignedByte();
        BytePath path = readPath(in);
        return switch (kind) {
            case REMOVAL -> new Removal(path, in.readUTF(), readIdentity(in));
            case DIRECTORY_REMOVAL ->
                new DirectoryRemoval(path, readIdentity(in), new Owner(in.readInt(), in.readInt()), in.readBoolean());
            case PLACEMENT -> new Placement(path, in.readUTF(), in.readLong(), in.readBoolean());
            case REPLACEMENT -> new Replacement(path, in.readUTF(), in.readLong(), readIdentity(in));
            case ADJUSTMENT -> new Adjustment(path, in.readLong(), readAttributes(in), readAttributes(in));
            default -> throw new IOException("the journal holds a step of an unknown kind, " + kind);
        };
    }

    private static void head(DataOutputStream out, int kind, BytePath path) throws IOException {
        out.writeByte(kind);
        write(out, path);
    }

    private static void write(DataOutputStream out, BytePath path) throws IOException {
        out.writeShort(path.length());
        out.write(path.bytes());
    }

    private static BytePath readPath(DataInputStream in) throws IOException {
        byte[] bytes = new byte[in.readUnsignedShort()];
        in.readFully(bytes);
        return BytePath.of(bytes);
    }

    private static void write(DataOutputStream out, Identity identity) throws IOException {
        out.writeInt(identity.mode());
        out.writeLong(identity.size());
        out.writeLong(identity.modifySeconds());
        out.writeInt(identity.modifyNanos());
        out.writeLong(identity.changeSeconds());
        out.writeInt(identity.changeNanos());
        out.writeLong(identity.inode());
        out.writeLong(identity.device());
    }

    private static Identity readIdentity(DataInputStream in) throws IOException {
        return new Identity(
                in.readInt(),
                in.readLong(),
                in.readLong(),
                in.readInt(),
                in.readLong(),
                in.readInt(),
                in.readLong(),
                in.readLong());
    }

    private static void write(DataOutputStream out, Attributes attributes) throws IOException {
        out.writeInt(attributes.mode());
        out.writeBoolean(attributes.dated());
        out.writeLong(attributes.seconds());
        out.writeInt(attributes.nanos());
    }

    private static Attributes readAttributes(DataInputStream in) throws IOException {
        return new Attributes(in.readInt(), in.readBoolean(), in.readLong(), in.readInt());
    }
}
