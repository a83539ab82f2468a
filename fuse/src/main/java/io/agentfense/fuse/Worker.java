package io.agentfense.fuse;

import io.agentfense.linux.Errno;
import io.agentfense.linux.Pages;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * One thread that answers requests of one device until the mount is gone: read, dispatch, write.
 *
 * <p>A platform thread, since a read of {@code /dev/fuse} blocks in the kernel and would pin a virtual thread's carrier.
 */
final class Worker implements Runnable {
    /** Largest read and write of one message, in bytes. */
    static final int MAX_WRITE = 1 << 20;

    private static final Logger LOG = System.getLogger(Worker.class.getName());
    private static final int PAGE = 4096;

    private final Device device;
    private final Dispatcher dispatcher;
    private final Request request;
    private final Reply reply;
    private final Gate.Turnstile turnstile;
    private final Runnable abort;

    Worker(
            Device device,
            FileSystem fileSystem,
            SessionOptions options,
            Dispatcher.Interrupts all,
            Gate.Turnstile turnstile,
            Runnable abort) {
        this.device = device;
        this.turnstile = turnstile;
        this.abort = abort;
        this.dispatcher = new Dispatcher(fileSystem, all, options.openWithoutMessages());
        this.request = new Request(Pages.allocate(MAX_WRITE + PAGE));
        this.reply = new Reply(Pages.allocate(MAX_WRITE + PAGE));
    }

    void interrupt(long unique) {
        request.interrupt(unique);
    }

    Answered answered(int opcode) {
        return new Answered(dispatcher.count(opcode), dispatcher.nanos(opcode));
    }

    @Override
    public void run() {
        request.answeredHere();
        try {
            while (serve()) {
                // One request a turn; serve() says when the mount is gone.
            }
        } catch (Throwable failure) {
            LOG.log(Level.ERROR, "A FUSE worker died; the mount is aborted so that nothing hangs on it", failure);
            abort.run();
        }
    }

    private boolean serve() {
        long received = device.read(request.memory);
        if (received < 0) {
            // ENOENT: the caller was interrupted before we read its request. ENODEV: unmounted or aborted.
            return received == -Errno.ENOENT || received == -Errno.EINTR || received == -Errno.EAGAIN;
        }
        if (!request.begin((int) received)) {
            LOG.log(Level.ERROR, "A FUSE request of {0} bytes has a broken header and is dropped", received);
            return true;
        }
        turnstile.enter();
        try {
            answer();
        } finally {
            turnstile.leave();
        }
        return true;
    }

    private void answer() {
        long began = System.nanoTime();
        reply.begin();
        int result = dispatcher.dispatch(request, reply);
        if (result != Dispatcher.NO_REPLY) {
            int bytes = reply.finish(request.unique(), result);
            // ENOENT means that the caller is gone; whatever was opened for it comes back as RELEASE or FORGET.
            device.write(reply.memory.address(), bytes);
        }
        dispatcher.took(request.opcode, System.nanoTime() - began);
        request.end();
    }
}
