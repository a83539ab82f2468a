package io.agentfense.server.config;

import io.agentfense.alert.text.AlertSettings;

/**
 * Everything that can be set, checked. Immutable; a reload makes another one.
 *
 * @param server where it listens
 * @param storage where it keeps what
 * @param runtime what isolates sandboxes, and how long and how much commands may
 * @param sandbox what holds for every sandbox that says nothing else
 * @param auth who may call
 * @param limits what each user may have
 * @param network what sandboxes may reach
 * @param secrets what is done about credentials in files
 * @param audit what it writes down of all that happens
 * @param alerts what of that raises alerts, and who hears of them
 * @param tracing who sees the steps of its calls
 * @param credentials what the users' secrets are sealed with
 * @param logging what it writes about itself
 */
public record ServerConfig(
        ListenConfig server,
        StorageConfig storage,
        RuntimeConfig runtime,
        SandboxConfig sandbox,
        AuthConfig auth,
        LimitsConfig limits,
        NetworkConfig network,
        SecretsConfig secrets,
        AuditConfig audit,
        AlertSettings alerts,
        TracingConfig tracing,
        CredentialConfig credentials,
        LoggingConfig logging) {}
