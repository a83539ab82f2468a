package io.agentfense.server;

import java.lang.reflect.Proxy;

/**
 * The signal SIGHUP, which daemons take for a wish to read their configuration again.
 *
 * <p>{@code sun.misc.Signal} of {@code jdk.unsupported} is the only way to a signal in Java. It is reached by name since
 * the compiler warns of it in a way that can't be answered, and a warning is an error here.
 */
final class Hangup {
    private Hangup() {}

    /**
     * Has something done for each SIGHUP, on a thread of its own; the process no longer ends with the first.
     *
     * @throws IllegalStateException if this Java has no such class any more
     */
    static void onEach(Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object ours =
                    Proxy.newProxyInstance(Hangup.class.getClassLoader(), new Class<?>[] {handler}, (_, method, _) -> {
                        if (method.getName().equals("handle")) {
                            action.run();
                        }
                        return null;
                    });
            Object hangup = signal.getConstructor(String.class).newInstance("HUP");
            signal.getMethod("handle", signal, handler).invoke(null, hangup, ours);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this Java handles no signals", e);
        }
    }
}
