package io.agentfense.egress;

/** Something about a sandbox's way out that somebody should hear of. Texts in it come from inside: they are hostile. */
public sealed interface EgressEvent permits Denial, CredentialUse {}
