package io.agentfense.client;

import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.TlsChannelCredentials;
import io.grpc.stub.MetadataUtils;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Settings of a connection. Begins with {@code AGENTFENSE_ENDPOINT} and {@code AGENTFENSE_API_KEY} of the environment, or
 * {@code localhost:9000} and no key. Not thread-safe.
 */
public final class ClientBuilder {
    /** On this machine. */
    static final String DEFAULT_ENDPOINT = "localhost:9000";

    private static final int LARGEST_MESSAGE = 64 << 20;
    private static final int KEEP_ALIVE_SECONDS = 30;
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private Optional<String> endpoint;
    private Optional<String> apiKey;
    private Optional<Path> authorities = Optional.empty();
    private Identity identity = Identity.NONE;
    private boolean tls;

    ClientBuilder(Map<String, String> environment) {
        endpoint = given(environment, "AGENTFENSE_ENDPOINT");
        apiKey = given(environment, "AGENTFENSE_API_KEY");
    }

    /**
     * The server that the environment names; else the one at an endpoint, if anybody listens there; else one of this
     * process's own.
     *
     * @throws ConnectionException if none can be started
     */
    static AgentFenseClient orOwnServer(Map<String, String> environment, String usual) {
        ClientBuilder builder = new ClientBuilder(environment);
        if (builder.endpoint.isEmpty() && !Endpoint.of(usual).answers()) {
            OwnServer own = OwnServer.get(environment, usual);
            builder.endpoint(own.endpoint()).apiKey(own.apiKey());
        }
        return builder.build();
    }

    private static Optional<String> given(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
    }

    /** Where the server listens: {@code HOST:PORT}, {@code http://HOST:PORT} or {@code https://HOST:PORT}. */
    public ClientBuilder endpoint(String endpoint) {
        this.endpoint = Optional.of(endpoint);
        return this;
    }

    /** The caller's API key or token. Without TLS it travels in plain text. */
    public ClientBuilder apiKey(String key) {
        apiKey = Optional.of(key);
        return this;
    }

    /** Speaks TLS, whatever the endpoint says, and believes the authorities that Java trusts. */
    public ClientBuilder tls() {
        tls = true;
        return this;
    }

    /** Speaks TLS and believes only the authorities of a PEM file. */
    public ClientBuilder trust(Path authorities) {
        this.authorities = Optional.of(authorities);
        return tls();
    }

    /**
     * Speaks TLS and shows a certificate to a server that asks for one ({@code server.tls.client_ca}).
     *
     * @param certificates in PEM, the client's own first
     * @param key in PEM, as PKCS #8 without a password
     * @throws InvalidConfigurationException if they can't be read or don't belong together
     */
    public ClientBuilder certificate(Path certificates, Path key) {
        identity = Identity.of(certificates, key);
        return tls();
    }

    /**
     * A connection, which is made when the first call needs it.
     *
     * @throws InvalidConfigurationException if the endpoint or the PEM file can't be read
     */
    public AgentFenseClient build() {
        Endpoint given = Endpoint.of(endpoint.orElse(DEFAULT_ENDPOINT));
        Endpoint at = tls ? given.overTls() : given;
        Trust trust = Trust.of(authorities);
        ManagedChannelBuilder<?> channel = Grpc.newChannelBuilderForAddress(
                        at.host(), at.port(), credentials(at, trust, identity))
                .maxInboundMessageSize(LARGEST_MESSAGE)
                .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS);
        apiKey.ifPresent(key -> {
            Metadata headers = new Metadata();
            headers.put(AUTHORIZATION, "Bearer " + key);
            channel.intercept(MetadataUtils.newAttachHeadersInterceptor(headers));
        });
        return new AgentFenseClient(new Remote(at, channel.build(), new ArchiveUpload(at, apiKey, trust, identity)));
    }

    private static ChannelCredentials credentials(Endpoint endpoint, Trust trust, Identity identity) {
        return endpoint.secure()
                ? TlsChannelCredentials.newBuilder()
                        .trustManager(trust.managers())
                        .keyManager(identity.managers())
                        .build()
                : InsecureChannelCredentials.create();
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "ClientBuilder[" + endpoint.orElse(DEFAULT_ENDPOINT) + "]";
    }
}
