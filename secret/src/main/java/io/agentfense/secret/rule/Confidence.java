package io.agentfense.secret.rule;

/** How sure it is that a finding is a secret. In rising order. */
public enum Confidence {
    /** It stands where a secret would and looks random. */
    LOW,
    /** The form says so together with what is around it. */
    MEDIUM,
    /** The form alone says so, or a checksum. */
    HIGH
}
