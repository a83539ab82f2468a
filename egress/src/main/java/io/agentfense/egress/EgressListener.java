package io.agentfense.egress;

/** Who hears of {@link EgressEvent}s. Called by the threads of the network; it must not block. */
@FunctionalInterface
public interface EgressListener {
    /** Something happened. */
    void happened(EgressEvent event);
}
