package io.agentfense.secret.rule;

/** How much who has the secret can do with it. In rising order. */
public enum Severity {
    /** It tells, or reaches a test system. */
    LOW,
    /** It reaches one service in one role. */
    MEDIUM,
    /** It reaches what is in production, money, or other credentials. */
    HIGH
}
