package io.agentfense.egress.credential;

import io.agentfense.egress.policy.HostName;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The secrets that one sandbox uses without seeing them, from a start of it to its stop. Thread-safe.
 *
 * <p>Inside there are placeholders, in variables, and the certificate of an authority that is trusted there alone.
 */
public final class SandboxCredentials {
    /** Where a sandbox has the authorities that its programs are to trust. */
    public static final String AUTHORITIES = "/etc/ssl/agentfense.pem";

    /** Shorter ones would be masked where they are not meant; others could end a header. */
    private static final Pattern VALUE = Pattern.compile("[!-~][ -~]{6,16382}[!-~]");

    private static final List<String> OF_AUTHORITIES =
            List.of("SSL_CERT_FILE", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "GIT_SSL_CAINFO");

    private final List<Credential> credentials;
    private final List<byte[]> forms;
    private final @Nullable Opened opened;

    /** What it takes to open TLS. */
    private record Opened(
            SandboxAuthority authority,
            SslContext client,
            List<TrustFile> files,
            InstantSource clock,
            Map<HostName, Served> served) {
        Opened with(TrustFile file) {
            return new Opened(
                    authority,
                    client,
                    Stream.concat(files.stream(), Stream.of(file)).toList(),
                    clock,
                    served);
        }
    }

    private record Served(SandboxAuthority.Leaf leaf, SslContext context) {}

    private SandboxCredentials(List<Credential> credentials, @Nullable Opened opened) {
        this.credentials = credentials;
        this.opened = opened;
        forms = Forms.of(credentials.stream().map(Credential::value).toList());
    }

    /** Tells the value of a secret that a rule names. */
    @FunctionalInterface
    public interface Source {
        /**
         * The value: visible ASCII.
         *
         * @throws IOException if there is none, with what to do
         */
        String value(String secret) throws IOException;
    }

    /** Of a sandbox that has none. */
    public static SandboxCredentials none() {
        return new SandboxCredentials(List.of(), null);
    }

    /**
     * For one start of a sandbox.
     *
     * @param rules which it has; of none this is {@link #none}
     * @param trusted a file of PEM with the authorities by which hosts are known; empty for those of this machine
     * @throws IOException if a secret is missing, or the authorities can't be read
     */
    public static SandboxCredentials of(
            List<CredentialRule> rules, Source source, Optional<Path> trusted, InstantSource clock) throws IOException {
        if (rules.isEmpty()) {
            return none();
        }
        List<Credential> credentials = new ArrayList<>();
        for (CredentialRule rule : rules) {
            String value = source.value(rule.secret());
            if (!VALUE.matcher(value).matches()) {
                throw new IOException("the secret '" + rule.secret()
                        + "' must have 8 to 16384 characters of ASCII that can be printed, and no blank at its ends");
            }
            credentials.add(Credential.of(rule, value));
        }
        Path ofHost = HostAuthorities.find();
        SslContext client = SslContextBuilder.forClient()
                .sslProvider(SslProvider.JDK)
                .protocols("TLSv1.3", "TLSv1.2")
                .endpointIdentificationAlgorithm("HTTPS")
                .trustManager(trusted.orElse(ofHost).toFile())
                .build();
        SandboxAuthority authority = SandboxAuthority.make(clock.instant());
        String authorities = Files.readString(ofHost, StandardCharsets.UTF_8) + "\n" + authority.pem();
        TrustFile file = new TrustFile(AUTHORITIES, authorities.getBytes(StandardCharsets.UTF_8));
        return new SandboxCredentials(
                List.copyOf(credentials), new Opened(authority, client, List.of(file), clock, new HashMap<>()));
    }

    /**
     * The same for Java's programs too, which know authorities by a store of their own.
     *
     * @throws IOException if it can't be made
     */
    public SandboxCredentials withJavaTrustStore() throws IOException {
        if (opened == null) {
            return this;
        }
        String pem = new String(opened.files().getFirst().content(), StandardCharsets.UTF_8);
        return new SandboxCredentials(
                credentials, opened.with(new TrustFile(JavaTrustStore.PATH, JavaTrustStore.of(pem))));
    }

    /** Those of them that rules still give. */
    public SandboxCredentials within(List<CredentialRule> rules) {
        return new SandboxCredentials(
                credentials.stream()
                        .filter(credential -> rules.contains(credential.rule()))
                        .toList(),
                opened);
    }

    /** Whether there are none. */
    public boolean isEmpty() {
        return credentials.isEmpty();
    }

    /** The files that a sandbox needs for its programs to trust what they are shown. */
    public List<TrustFile> files() {
        return opened == null ? List.of() : opened.files();
    }

    /** Variables for the sandbox's commands. */
    public Map<String, String> variables() {
        Map<String, String> variables = new LinkedHashMap<>();
        if (opened != null) {
            OF_AUTHORITIES.forEach(name -> variables.put(name, AUTHORITIES));
            if (opened.files().stream().anyMatch(file -> file.path().equals(JavaTrustStore.PATH))) {
                variables.put(JavaTrustStore.VARIABLE, JavaTrustStore.OPTIONS);
            }
        }
        for (Credential credential : credentials) {
            credential.rule().placeholderEnv().ifPresent(name -> variables.put(name, credential.placeholder()));
        }
        return variables;
    }

    /** Whether TLS to a host has to be opened. */
    public boolean isFor(HostName host, int port) {
        return credentials.stream().anyMatch(credential -> credential.rule().isFor(host, port));
    }

    List<Credential> of(HostName host, int port) {
        return credentials.stream()
                .filter(credential -> credential.rule().isFor(host, port))
                .toList();
    }

    List<Credential> all() {
        return credentials;
    }

    /** What masks these secrets in one text. */
    public Mask mask() {
        return new Mask(forms);
    }

    /** TLS to hosts, which are verified. */
    public SslContext client() {
        return opened().client();
    }

    /**
     * TLS to programs inside, as a host.
     *
     * @throws IOException if no certificate can be made
     */
    public SslContext server(HostName host) throws IOException {
        Opened with = opened();
        synchronized (with.served()) {
            Served served = with.served().get(host);
            if (served == null || served.leaf().until().isBefore(with.clock().instant())) {
                SandboxAuthority.Leaf leaf =
                        with.authority().leaf(host, with.clock().instant());
                served = new Served(leaf, server(leaf));
                with.served().put(host, served);
            }
            return served.context();
        }
    }

    private static SslContext server(SandboxAuthority.Leaf leaf) throws IOException {
        return SslContextBuilder.forServer(leaf.keys().getPrivate(), leaf.certificate())
                .sslProvider(SslProvider.JDK)
                .protocols("TLSv1.3", "TLSv1.2")
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        ApplicationProtocolConfig.Protocol.ALPN,
                        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                        ApplicationProtocolNames.HTTP_1_1))
                .build();
    }

    private Opened opened() {
        if (opened == null) {
            throw new IllegalStateException("there are no credentials");
        }
        return opened;
    }
}
