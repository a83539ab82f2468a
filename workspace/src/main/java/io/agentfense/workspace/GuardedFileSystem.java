package io.agentfense.workspace;

import io.agentfense.fuse.AttributeChange;
import io.agentfense.fuse.FileSystem;
import io.agentfense.fuse.Reply;
import io.agentfense.fuse.Request;

/** What one mount of a workspace answers: hands each operation to those of its kind. Thread-safe. */
final class GuardedFileSystem implements FileSystem {
    private final View view;
    private final LookupOperations names;
    private final DataOperations data;
    private final NamespaceOperations namespace;
    private final AttributeOperations attributes;
    private final XattrOperations xattrs;

    GuardedFileSystem(
            View view, BaseWatch watch, Origins origins, Quota quota, Passthrough passthrough, ChangeMark mark) {
        Access access = new Access(view);
        CopyUp copyUp = new CopyUp(view.tree, origins, quota, mark);
        this.view = view;
        this.names = new LookupOperations(view, access, watch);
        this.data = new DataOperations(view, access, copyUp, quota, passthrough, mark);
        this.namespace = new NamespaceOperations(view, access, copyUp, quota, data, new Removal(view, copyUp, quota));
        this.attributes = new AttributeOperations(view, access, copyUp, quota);
        this.xattrs = new XattrOperations(view, access, copyUp);
    }

    @Override
    public int lookup(Request request, Reply reply) {
        return names.lookup(request, reply);
    }

    @Override
    public void forget(long node, long lookups) {
        view.forget(node, lookups);
    }

    @Override
    public int getattr(Request request, long handle, Reply reply) {
        return names.getattr(request, reply);
    }

    @Override
    public int setattr(Request request, AttributeChange change, Reply reply) {
        return attributes.setattr(request, change, reply);
    }

    @Override
    public int readlink(Request request, Reply reply) {
        return names.readlink(request, reply);
    }

    @Override
    public int symlink(Request request, Reply reply) {
        return namespace.symlink(request, reply);
    }

    @Override
    public int mknod(Request request, int mode, int device, Reply reply) {
        return namespace.mknod(request, mode, reply);
    }

    @Override
    public int mkdir(Request request, int mode, Reply reply) {
        return namespace.mkdir(request, mode, reply);
    }

    @Override
    public int unlink(Request request) {
        return namespace.unlink(request);
    }

    @Override
    public int rmdir(Request request) {
        return namespace.rmdir(request);
    }

    @Override
    public int rename(Request request, long newParent, int flags) {
        return namespace.rename(request, newParent, flags);
    }

    @Override
    public int link(Request request, long source, Reply reply) {
        return namespace.link(request, source, reply);
    }

    @Override
    public int open(Request request, int flags, Reply reply) {
        return data.open(request, flags, reply);
    }

    @Override
    public int read(Request request, long handle, long offset, int size, Reply reply) {
        return data.read(request, offset, size, reply);
    }

    @Override
    public int write(
            Request request, long handle, long offset, int size, long address, boolean killPrivileges, Reply reply) {
        return data.write(request, offset, size, address, reply);
    }

    @Override
    public int statfs(Request request, Reply reply) {
        return attributes.statfs(reply);
    }

    @Override
    public int release(Request request, long handle) {
        return data.release(request, handle);
    }

    @Override
    public int fsync(Request request, long handle, boolean dataOnly) {
        return data.fsync(request, dataOnly);
    }

    @Override
    public int fsyncdir(Request request, boolean dataOnly) {
        return data.fsyncdir(request, dataOnly);
    }

    @Override
    public int setxattr(Request request, int size, long address, int flags) {
        return xattrs.set(request, size, address, flags);
    }

    @Override
    public int getxattr(Request request, int size, Reply reply) {
        return xattrs.get(request, size, reply);
    }

    @Override
    public int listxattr(Request request, int size, Reply reply) {
        return xattrs.list(request, size, reply);
    }

    @Override
    public int removexattr(Request request) {
        return xattrs.remove(request);
    }

    @Override
    public int readdir(Request request, long offset, int size, boolean plus, Reply reply) {
        return names.readdir(request, offset, size, plus, reply);
    }

    @Override
    public int access(Request request, int mask) {
        return names.access(request, mask);
    }

    @Override
    public int create(Request request, int flags, int mode, Reply reply) {
        return namespace.create(request, flags, mode, reply);
    }

    @Override
    public int tmpfile(Request request, int flags, int mode, Reply reply) {
        return namespace.tmpfile(request, flags, mode, reply);
    }

    @Override
    public int fallocate(Request request, long handle, int mode, long offset, long length) {
        return data.fallocate(request, handle, mode, offset, length);
    }

    @Override
    public int lseek(Request request, long handle, long offset, int whence, Reply reply) {
        return data.lseek(request, offset, whence, reply);
    }

    @Override
    public int copyFileRange(
            Request request,
            long handle,
            long offset,
            long toNode,
            long toHandle,
            long toOffset,
            long length,
            boolean wide,
            Reply reply) {
        return data.copy(request, offset, toNode, toOffset, length, wide, reply);
    }
}
