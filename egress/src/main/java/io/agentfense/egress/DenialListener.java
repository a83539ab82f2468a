package io.agentfense.egress;

/** Who hears of denials. Called by the threads of the network; it must not block. */
@FunctionalInterface
public interface DenialListener {
    /** Something was denied. */
    void denied(Denial denial);
}
